"""The whole job: read, clean, count, embed, group, classify, tabulate, publish, write.

Every step writes tables into the store and the next one reads them there; the rooms never call each other.
Only published tables leave.
"""
