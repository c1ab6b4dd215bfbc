"""GitHub: REST and GraphQL answers, the gh command, webhooks and repository archives."""
