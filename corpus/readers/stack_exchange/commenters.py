"""Who has commented where: what "@name" at the beginning of a comment can mean."""

from array import array

from ..places import Places


class Commenters:
    """Comments by post, each with who wrote it, as chains of numbers: there are millions of them."""

    def __init__(self) -> None:
        self._posts = Places()
        self._latest = array("q")
        """By place of a post: where its latest comment stands in the arrays below."""
        self._users, self._comments, self._former = array("q"), array("q"), array("q")

    def add(self, post: int, user: int, comment: int) -> None:
        """Note a comment, after all before it."""
        if self._posts.add(post):
            self._latest.append(-1)
        place = self._posts.find(post)
        self._former.append(self._latest[place])
        self._latest[place] = len(self._users)
        self._users.append(user)
        self._comments.append(comment)

    def last(self, post: int) -> dict[int, int]:
        """Who commented on a post -> their last comment there."""
        place = self._posts.find(post)
        at = self._latest[place] if place >= 0 else -1
        found: dict[int, int] = {}
        while at >= 0:
            found.setdefault(self._users[at], self._comments[at])
            at = self._former[at]
        return found
