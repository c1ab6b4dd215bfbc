"""Microsoft Teams and Viva Engage."""
