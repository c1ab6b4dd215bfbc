"""Petition and participation sites, open letters."""
