"""GitLab: REST answers and project exports."""
