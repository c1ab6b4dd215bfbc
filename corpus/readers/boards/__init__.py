"""Public boards and wikis: Reddit, Hacker News, Lemmy, phpBB, Confluence, ConvoKit corpora."""
