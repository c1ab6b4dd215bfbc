"""The whole job: read, clean, count, embed, group, classify, tabulate, publish, write.

Every step writes tables into the store and the next reads them there; the rooms never call each other.
Only published tables leave.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from . import petitions, report, sentiment, topics
from .config import Config
from .corpus import cleaning, identity
from .corpus.corpus import Corpus
from .corpus.store import Store
from .embeddings import Embedder, choose
from .opening import config_of, opened
from .run import Run
from .stages import Stages, Watcher

_AT_ONCE = 512
"""Texts that a model reads before the watcher hears of it."""

_POSTS = """
    SELECT post_id, thread_id, parent_post_id, person_id, person_rank, created_at, own_text, is_root
    FROM reading ORDER BY post_id"""

_TITLES = "SELECT thread_id, title FROM thread WHERE title IS NOT NULL ORDER BY thread_id"

# Which side a person is on about the headline target: what they did about a petition says it better than
# a model's reading of their words. Who withdrew, set a condition or holds both sides is on neither. Where
# words are read of people drawn by chance, acts are, too: else who acted would have more weight.
_DIRECTION = """
    CREATE OR REPLACE TABLE direction AS
    SELECT coalesce(p.person_id, s.person_id) AS person_id,
           CASE p.position WHEN 'supports' THEN 'favor' WHEN 'opposes' THEN 'against'
                           ELSE coalesce(p.position, s.stance) END AS stance
    FROM (SELECT * FROM position SEMI JOIN headline_target ON target = petition) p
    FULL JOIN (SELECT * FROM person_stance SEMI JOIN headline_target USING (target)) s USING (person_id)
    WHERE coalesce(p.person_id, s.person_id) NOT IN (SELECT person_id FROM unread_person)"""

# What a reader of the report must know of the models; the figures are those of docs/models.md.
_METHODS = (
    ("Stance", """Read by a small language model that sees target, text and what is answered. On arguments
        about motions it had never seen it tells for from against with a macro-F1 of about 0.86, on sentences
        as a workplace has them for, against and neither with 0.73, on tweets far less (docs/models.md). Take
        it as a hint of where to look, not as a measurement."""),
    ("Themes", """Found sentence by sentence from a codebook's cue phrases and examples; a theme says what is
        raised, not which side is taken."""),
)  # fmt: skip


def analyze(
    exports: Path | str | Sequence[Path | str] | Corpus,
    config: Config | Path | str | None = None,
    out: Path | str | None = None,
    *,
    format: str | None = None,
    workspace: Path | str | None = None,
    embedder: Embedder | None = None,
    stance_reader: sentiment.StanceReader | None = None,
    watcher: Watcher | None = None,
) -> Run:
    """Analyse a forum.

    Args:
        exports: one or several exports, a corpus that has been read, or nothing for what a workspace holds.
        config: petitions, targets, events, people, thresholds, or the path of a forum-pulse.toml that says
            so; the defaults give a useful report.
        out: folder to write CSV files and report.html to; None writes nothing.
        format: name of a reader; None to recognise it.
        workspace: folder to keep the store in; None for a temporary one.
        embedder: in place of the one `config.analysis.quality` names.
        stance_reader: in place of the shipped stance model.
        watcher: told of each stage when it begins, how far it is, and its seconds when it is done.

    Raises:
        ForumPulseError: the input, the configuration or the output folder won't do; nothing was written.
    """
    settings = config_of(config)
    folder = None if out is None else Path(out)
    if folder is not None:
        report.check_folder(folder)
    if settings.themes.codebook:  # one that can't be read is told before hours of work
        topics.load_codebook(settings.themes.codebook)
    stages = Stages(watcher)
    with opened(exports, settings, format, workspace, stages) as corpus:
        return _analyze(corpus, settings, folder, embedder, stance_reader, stages)


def _analyze(
    corpus: Corpus,
    config: Config,
    folder: Path | None,
    embedder: Embedder | None,
    stance_reader: sentiment.StanceReader | None,
    stages: Stages,
) -> Run:
    store = corpus.store
    labels = sentiment.stance_labels(config.stance.labels)
    reader = stance_reader or sentiment.StanceClassifier()
    with stages("finding petitions"):
        found = find_petitions(store, config)
    posts = store.sql(_POSTS)
    said = [str(text) for text in posts["own_text"].unique().to_pylist()]
    quality, model = config.analysis.quality, config.embeddings.model
    chosen = choose(quality, texts=len(said), model=model, given=embedder, cleaning=cleaning.VERSION)
    config = replace(config, analysis=replace(config.analysis, quality=chosen.quality))
    with stages("finding targets"):
        inquiry = _inquire(store, posts, found, config)
    # The longest of all stages, so it begins before it is waited for.
    with _ahead(reader, inquiry.questions) as new:
        with stages("counting petitions"):
            count_petitions(store, config, found)
            scrutinise_petitions(store, config)
        with stages("reading claims"):
            petitions.add_claims(store)
        with stages("embedding"):
            # Batches have fixed shapes: parts with a new text or two in each would be mostly padding.
            for texts in stages.parts(chosen.ahead(said), _AT_ONCE):
                chosen.embedder.encode(list(texts))
        with stages(topics.stage(len(said))):
            grouped = _group(store, posts, config, chosen.embedder)
        with stages("matching themes"):
            _match(store, posts, config, chosen.embedder)
        with stages("comparing weeks"):
            hidden = identity.handles(store)
            topics.read_trends(store)
            topics.read_shifts(store, config.events, seed=config.analysis.seed, hidden=hidden)
        with stages("reading stance"):
            readings = inquiry.answered(_read(reader, inquiry.questions, new, stages))
            _classify(store, posts, readings, config, reader, labels)
    told = (("Embeddings", str(chosen)), ("Topics", grouped), *_METHODS)
    with stages("publishing"):
        published, kept_back = publish_run(corpus, config, folder, told)
    return Run(published, folder, stages.seconds, kept_back)


def find_petitions(store: Store, config: Config) -> list[petitions.Petition]:
    """The petitions of a forum, those of the configuration first.

    Args:
        store: with persons linked to accounts.
        config: petitions, and what may be read.

    Raises:
        ConfigError: a configured petition has no thread, or no such poll option, in this forum.
    """
    _look(store, config)
    found = petitions.find_petitions(store, config.petitions, petitions.ActDetector())
    return report.nameless(found, identity.handles(store))


def count_petitions(
    store: Store, config: Config, found: list[petitions.Petition] | None = None
) -> list[petitions.Petition]:
    """Write the ledger of the petitions and what it comes to.

    Args:
        store: as for `find_petitions`; so are the errors.
        config: petitions, and how to count.
        found: petitions that were found before; None to find them.
    """
    found = find_petitions(store, config) if found is None else found
    analysis = config.analysis
    _look(store, config)
    petitions.build_ledger(
        store,
        found,
        petitions.ActDetector(),
        as_of=analysis.as_of,
        count_authors=analysis.count_authors,
        invalidations=config.invalidations,
    )
    for scrutiny in ("petition_flag", "petition_specification", "petition_nested"):  # of another ledger
        store.connection.execute(f"DROP TABLE IF EXISTS {scrutiny}")
    return found


def _look(store: Store, config: Config) -> None:
    """See of the posts what the configuration lets be read."""
    store.look_until(config.analysis.as_of)
    store.read_also(config.analysis.include)


def scrutinise_petitions(store: Store, config: Config) -> None:
    """Write what a careful reader would ask of the petitions counted last: flags, and other definitions."""
    analysis = config.analysis
    flags = petitions.raise_flags(store, config.flags)
    specification, nested = petitions.specify(
        store, flags, as_of=analysis.as_of, count_authors=analysis.count_authors
    )
    store.put("petition_flag", flags)
    store.put("petition_specification", specification)
    store.put("petition_nested", nested)


def _group(store: Store, posts: pa.Table, config: Config, embedder: Embedder) -> str:
    """Discover topics among the own words; say how far they can be trusted."""
    names, how = sorted(identity.handles(store)), config.analysis
    model = topics.TopicModel(
        how.quality, n_topics=how.topics, hidden=names, embedder=embedder, seed=how.seed
    )
    return topics.find_topics(store, posts, model)


def _match(store: Store, posts: pa.Table, config: Config, embedder: Embedder) -> None:
    """Find the themes of the codebook that was chosen or fits."""
    found, considered = topics.match(store, posts, config.themes.codebook, embedder)
    store.put("post_theme", found)
    store.put("codebook_fit", considered)


def _inquire(
    store: Store, posts: pa.Table, found: list[petitions.Petition], config: Config
) -> sentiment.Inquiry:
    """Find what is about the petitions and the configured targets, and whose stance is to be read."""
    statements = {petition.name: petition.statement for petition in found}
    targets = sentiment.all_targets(statements, config.targets)
    headline = [{"target": target.name} for target in targets[:1]]
    store.put("headline_target", pa.Table.from_pylist(headline, schema=pa.schema([("target", pa.string())])))
    unread = _unread(posts, config)
    store.put("unread_person", pa.table({"person_id": pa.array(sorted(unread), pa.string())}))
    return sentiment.Inquiry.of(
        posts,
        targets,
        petition_threads={petition.name: petition.threads for petition in found},
        titles={row["thread_id"]: row["title"] for row in store.sql(_TITLES).to_pylist()},
        unread=unread,
    )


def _unread(posts: pa.Table, config: Config) -> frozenset[str]:
    """Whose stance is not read, since others are drawn: configured, or in a quick analysis of a big forum."""
    most = config.stance.people
    if most is None:
        most = sentiment.QUICK if config.analysis.quality == "fast" else 0
    return sentiment.undrawn_people(posts, most, seed=config.analysis.seed) if most else frozenset()


def _ahead(
    reader: sentiment.StanceReader, questions: sentiment.Questions
) -> AbstractContextManager[list[int]]:
    """While this lasts our own model reads what is new to it, aside if that is much; others wait."""
    return reader.ahead(*questions) if isinstance(reader, sentiment.StanceClassifier) else nullcontext([])


def _read(
    reader: sentiment.StanceReader, questions: sentiment.Questions, new: Sequence[int], stages: Stages
) -> list[sentiment.Reading]:
    """Ask a reader some questions at a time, new ones first, so that one can see how far it is."""
    # Batches have fixed shapes: parts with a new reading or two in each would be mostly padding.
    order = list(dict.fromkeys([*new, *range(len(questions.texts))]))
    found: dict[int, sentiment.Reading] = {}
    for places in stages.parts(order, _AT_ONCE):
        found.update(zip(places, reader.read(*questions.at(places)), strict=True))
    return [found[place] for place in range(len(order))]


def _classify(
    store: Store,
    posts: pa.Table,
    readings: pa.Table,
    config: Config,
    reader: sentiment.StanceReader,
    labels: sentiment.Labels | None,
) -> None:
    """From readings to what each person holds, to shares, and to the side each is on."""
    store.put("post_stance", readings)
    store.put("person_stance", sentiment.person_stances(readings, posts))
    estimate = sentiment.corrected_shares(readings, posts, labels, reader, seed=config.analysis.seed)
    store.put("stance_estimate", estimate)
    store.connection.execute(_DIRECTION)


def publish_run(
    corpus: Corpus, config: Config, folder: Path | None = None, methods: tuple[tuple[str, str], ...] = ()
) -> tuple[Mapping[str, report.Published], int]:
    """Tables through the gate and into files; and how many cells earlier reports hide."""
    store = corpus.store
    return report.publish_report(store, config, folder, names=identity.handles(store), methods=methods)
