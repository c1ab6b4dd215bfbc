"""Code forges: GitHub and GitLab."""
