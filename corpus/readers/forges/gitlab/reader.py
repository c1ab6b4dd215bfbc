"""GitLab: pages of its REST interface saved as JSON, or a project export.

Lists of issues, merge requests, notes, discussions and awards join by the ids they name. A project export
(tar.gz, or unpacked) has one issue a line with all that belongs to it, and streams. All files are walked
twice (see `gathering`).
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from .....errors import BrokenExportError, ExportError
from ....model import Anomaly, Record, Source
from ...export import Export
from ...interface import ReadOptions
from ...json_files import document_of, is_export_of, members_of
from ...json_values import objects, parse, whole
from ..gathering import Gathering
from ..told import Told, Whole
from .people import account_of
from .places import Place, note_place
from .posts import approvals_told, awards_told, note_told, notes_told, thread_told

_OURS = re.compile(
    rb'"noteable_type"\s*:|"awardable_type"\s*:|"individual_note"\s*:'
    rb'|"iid"\s*:(?=[\s\S]*"(?:project_id|author|description)"\s*:)'
)
_BESIDE = re.compile(rb'"path_with_namespace"\s*:|"access_level"\s*:|"web_url"\s*:')
_HOST = re.compile(rb'"web_url"\s*:\s*"https?://([\w.-]+(?::\d+)?)/')
_ROWS = {"issues": "issue", "merge_requests": "merge_request", "epics": "epic", "commit_notes": "commit"}
"""Files of a project export that hold posts -> what they hold."""
_MEMBERS = "project_members"
_EXPORT = "tree/project/"
_DEEPEST = 4
_WORDLESS = (
    "version", "gitlab_version", "gitlab_revision", "*.bundle", "uploads/*", "lfs-objects/*",
    "lfs-objects.json", "tree/project.json", *(
        f"tree/project/{name}.ndjson" for name in (
            "auto_devops", "boards", "ci_cd_settings", "ci_pipelines", "container_expiration_policy",
            "custom_attributes", "error_tracking_setting", "labels", "metrics_setting", "milestones",
            "pipeline_schedules", "project_badges", "project_feature", "prometheus_metrics",
            "protected_branches", "protected_environments", "protected_tags", "push_rule", "releases",
            "security_setting", "service_desk_setting",
        )
    ),
)  # fmt: skip
"""Files of a project export that hold nothing anybody said to others."""


class GitlabReader:
    """GitLab JSON and project exports."""

    name = "gitlab"
    title = "GitLab issues, merge requests and notes (REST JSON, project export)"
    verified = True
    set_aside = _WORDLESS

    def sniff(self, export: Export) -> bool:
        """A project export by its file names, else objects with GitLab's own fields."""
        if any(_row_file(member) for member in export.members):
            return True
        return is_export_of(export, _is_ours, _is_beside)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Walk all files, then tell the posts, threads, accounts and awards.

        Raises:
            BrokenExportError: no post is in it.
        """
        host = _host(export)
        source = Source(
            format=self.name,
            instance=options.instance or host or self.name,
            instance_url=f"https://{host}" if host else None,
        )
        yield source
        gathering = Gathering()
        for told in _all_told(export):
            gathering.take(told)
        if not gathering.has_posts:
            raise BrokenExportError(
                f"{export.path}: no issue, merge request or note of GitLab is in it",
                hint="name a project export, or a folder of pages of its API saved as JSON files",
            )
        yield from gathering.records()
        yield replace(source, variant=_variant(export), **gathering.found())


def _is_ours(head: bytes) -> bool:
    return _OURS.search(head) is not None


def _is_beside(head: bytes) -> bool:
    return _BESIDE.search(head) is not None


def _row_file(member: str) -> str | None:
    """Which of a project export's files this is, None for any other file."""
    folder, _, name = member.rpartition("/")
    if f"{folder}/".endswith(_EXPORT) or f"{folder}/".endswith("tree/groups/"):
        return name.removesuffix(".ndjson") if name.endswith(".ndjson") else None
    return None


def _variant(export: Export) -> str:
    return "project export" if any(_row_file(member) for member in export.members) else "rest"


def _host(export: Export) -> str | None:
    for member in export.members:
        if not member.endswith((".json", ".ndjson")) and export.is_archive:
            continue
        try:
            found = _HOST.search(export.head(member))
        except ExportError:
            continue
        if found:
            return found[1].decode("ascii", "replace").lower()
    return None


def _all_told(export: Export) -> Iterator[Told]:
    """Everything the export tells, file by file."""
    is_project = _variant(export) == "project export"
    if is_project:
        yield Whole()
    for member in export.members:
        name = _row_file(member)
        if name in _ROWS or name == _MEMBERS:
            yield from _rows(export, member, name)
    for member in members_of(export):
        # Beside its rows a project export has files about the project itself.
        if is_project and "tree/" in member:
            continue
        document = document_of(export, member)
        if isinstance(document, Anomaly):
            yield document
        else:
            yield from _value(document, Place(member), 0)


def _rows(export: Export, member: str, name: str) -> Iterator[Told]:
    """The rows of one file of a project export."""
    try:
        for number, line in export.lines(member):
            if line.strip():
                yield from _row(line, Place(f"{member}:{number}", _ROWS.get(name, "")), name)
    except (ExportError, OSError, EOFError) as error:
        yield Anomaly(code="unparsed", locator=member, detail=f"damaged or cut off: {str(error)[:80]}")


def _row(line: bytes, place: Place, name: str) -> Iterator[Told]:
    try:
        raw = parse(line)
    except ValueError as error:
        yield Anomaly(code="unparsed", locator=place.locator, detail=f"no JSON: {str(error)[:120]}")
        return
    if not isinstance(raw, dict):
        yield Anomaly(code="unparsed", locator=place.locator, detail=f"a {type(raw).__name__}, no object")
    elif name == _MEMBERS:
        account = account_of(raw.get("user"), raw.get("user_id"))
        if account is not None:
            yield account
    elif name == "commit_notes":
        yield from note_told(raw, note_place(raw, place))
    else:
        yield from thread_told(raw, place)


def _value(value: Any, place: Place, depth: int) -> Iterator[Told]:
    """An object, or a list of them, of the REST interface."""
    if isinstance(value, list) and depth < _DEEPEST:
        for index, entry in enumerate(value):
            yield from _value(entry, place.at(index), depth + 1)
    elif not isinstance(value, dict):
        detail = f"a {type(value).__name__}, no object of GitLab"
        yield Anomaly(code="unparsed", locator=place.locator, detail=detail)
    elif "noteable_type" in value:
        yield from note_told(value, note_place(value, place))
    elif isinstance(value.get("notes"), list) and "iid" not in value:
        yield from _discussion(value, place)
    elif "awardable_type" in value:
        yield from awards_told([value], place)
    elif "approved_by" in value and whole(value.get("id")) is not None:
        yield from approvals_told(value, replace(place, thread=f"merge_request/{value['id']}"))
    elif whole(value.get("iid")) is not None and ("title" in value or "description" in value):
        yield from thread_told(value, place)
    else:
        keys = ", ".join(sorted(value)[:6])[:80]
        detail = f"no issue, merge request, note or award: {keys}"
        yield Anomaly(code="metadata_only", locator=place.locator, detail=detail)


def _discussion(raw: dict[str, Any], place: Place) -> Iterator[Told]:
    """A thread of notes: all answer the first."""
    discussion = str(raw.get("id"))
    notes = [{**note, "discussion_id": discussion} for note in objects(raw["notes"])]
    yield from notes_told(notes, place)
