"""What was said, by whom, in answer to what.

`model` the nouns (a leaf), `readers` exports to records, `cleaning` bodies to own words, `store` records to
tables, `identity` accounts to persons, `corpus` the face of it all.
"""
