"""Discourse: topics, posts, archives and backups."""
