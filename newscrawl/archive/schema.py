"""The archive's tables, and the migrations that lead to them.

A migration is a named function; it is never edited once released, a change is a new function at the end of the list.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from newscrawl.variants import story_key

# The comments stay in the file: `.schema` shows them to whoever opens it.
_TABLES = """
CREATE TABLE sites (
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    country TEXT,
    languages TEXT NOT NULL DEFAULT '[]',
    timezone TEXT,
    labels TEXT NOT NULL DEFAULT '[]',
    profile_hash TEXT,
    added_at TEXT NOT NULL
);

CREATE TABLE articles (
    id TEXT PRIMARY KEY NOT NULL, -- 16 hex digits of the SHA-256 of url, the same in every archive
    url TEXT NOT NULL UNIQUE, -- canonical, as at the first save
    site TEXT REFERENCES sites (key),
    title TEXT NOT NULL,
    subtitle TEXT,
    published_at TEXT, -- as the page tells it, often without offset: sort by sort_at
    published_text TEXT, -- the date as printed
    published_source TEXT, -- where on the page it was found
    modified_at TEXT,
    authors TEXT NOT NULL,
    agency TEXT,
    section TEXT,
    tags TEXT NOT NULL,
    kind TEXT,
    language TEXT,
    image_url TEXT,
    image_alt TEXT,
    caption TEXT,
    credit TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    sort_at TEXT NOT NULL, -- UTC
    sort_source TEXT NOT NULL, -- published_at, site_timezone (completed it), utc (zone unknown), day, first_seen_at
    first_seen_at TEXT NOT NULL,
    checked_at TEXT NOT NULL, -- when it was last seen on its site, changed or not
    gone_at TEXT, -- since when the site says that it is no more
    fetched_at TEXT,
    extractor TEXT,
    text_hash TEXT NOT NULL, -- equal while no revision is made
    payload_digest TEXT, -- SHA-256 of the page when it was last seen
    warc_file TEXT, -- the response that the newest revision came from
    warc_offset INTEGER,
    removed TEXT NOT NULL,
    body TEXT NOT NULL,
    blocks TEXT NOT NULL
);
CREATE INDEX articles_sort_at ON articles (sort_at, id);
CREATE INDEX articles_site_sort_at ON articles (site, sort_at, id);

CREATE TABLE revisions (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, -- from 1, the article's first state
    seen_at TEXT NOT NULL,
    cause TEXT NOT NULL, -- site, extractor, profile, import
    minor INTEGER NOT NULL, -- 1 when only vowel marks, letter forms and the like differ
    changed TEXT NOT NULL, -- names of fields
    text_hash TEXT NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT,
    body TEXT NOT NULL,
    fields TEXT NOT NULL, -- all other fields of the article
    warc_file TEXT,
    warc_offset INTEGER,
    extractor TEXT,
    PRIMARY KEY (article_id, number)
);

CREATE TABLE images (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    alt TEXT,
    caption TEXT,
    credit TEXT,
    PRIMARY KEY (article_id, position)
);

CREATE TABLE related (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    summary TEXT,
    image_url TEXT,
    image_alt TEXT,
    section TEXT,
    target_url TEXT, -- canonical form of url
    target_id TEXT REFERENCES articles (id) ON DELETE SET NULL,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX related_target_url ON related (target_url);
CREATE INDEX related_target_id ON related (target_id);

CREATE TABLE pages (
    url TEXT PRIMARY KEY NOT NULL,
    site TEXT NOT NULL REFERENCES sites (key),
    via TEXT,
    found_on TEXT,
    state TEXT NOT NULL, -- new, claimed, fetched (bytes in the WARC, not yet extracted), done, failed, refused, gone
    outcome TEXT, -- of the newest full response
    reason TEXT,
    status INTEGER,
    priority INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    etag TEXT,
    last_modified TEXT,
    payload_digest TEXT, -- SHA-256
    first_seen_at TEXT NOT NULL,
    fetched_at TEXT,
    next_visit_at TEXT,
    warc_file TEXT,
    warc_offset INTEGER,
    article_id TEXT REFERENCES articles (id) ON DELETE SET NULL
);
CREATE INDEX pages_site_state ON pages (site, state, next_visit_at);
CREATE INDEX pages_article_id ON pages (article_id);

CREATE TABLE sightings (
    url TEXT NOT NULL REFERENCES pages (url) ON DELETE CASCADE,
    found_on TEXT NOT NULL, -- '' when that is not known
    via TEXT NOT NULL, -- feed, sitemap, section, list, related
    title TEXT,
    modified_at TEXT,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (url, found_on, via)
);

CREATE TABLE crawls (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (key),
    started_at TEXT NOT NULL,
    finished_at TEXT, -- NULL while it runs, and for ever when it was killed
    reason TEXT,
    counts TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX crawls_site ON crawls (site, id);
"""

_SCHEDULE = """
ALTER TABLE crawls ADD COLUMN scope TEXT; -- site: from its front doors; pages: single addresses
CREATE INDEX articles_site_first_seen_at ON articles (site, first_seen_at, sort_at);
CREATE TABLE alarms (
    site TEXT NOT NULL, -- '' for the machine itself
    measure TEXT NOT NULL, -- what is out of order: a field, an outcome, runs, ...
    message TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    PRIMARY KEY (site, measure)
);
"""


def create_tables(db: Database) -> None:
    """The tables of the first release."""
    db.executescript(_TABLES)


def add_directives(db: Database) -> None:
    """What a page asks of those who keep copies of it: noarchive, noindex, ... (X-Robots-Tag, meta robots)."""
    db.execute("ALTER TABLE pages ADD COLUMN directives TEXT")


# Page by page: when the last visit was, what announced a change since, and since when it is known to be gone.
_FRONTIER = """
ALTER TABLE pages ADD COLUMN dated_at TEXT; -- UTC: the newest time that a front door gave for it
ALTER TABLE pages ADD COLUMN called_by TEXT; -- how a front door announced a change since the last visit
ALTER TABLE pages ADD COLUMN visited_at TEXT; -- the last visit, whatever came of it
ALTER TABLE pages ADD COLUMN gone_noticed_at TEXT; -- the first of the visits in a row that found it gone
CREATE INDEX pages_frontier ON pages (site, state, priority DESC, dated_at DESC);
CREATE INDEX pages_site_visited_at ON pages (site, visited_at);
UPDATE pages SET visited_at = fetched_at, next_visit_at = fetched_at WHERE state = 'done' AND fetched_at IS NOT NULL;

ALTER TABLE sites ADD COLUMN paused_until TEXT; -- the site asked to be left alone until then

CREATE TABLE calls (
    site TEXT NOT NULL REFERENCES sites (key),
    sign TEXT NOT NULL, -- modified_at, title
    visits INTEGER NOT NULL, -- to pages that the site announced as changed by this sign
    changes INTEGER NOT NULL, -- of these, how many had changed
    PRIMARY KEY (site, sign)
);

CREATE TABLE front_doors (
    url TEXT PRIMARY KEY NOT NULL,
    site TEXT NOT NULL REFERENCES sites (key),
    kind TEXT NOT NULL, -- feed, sitemap, sitemap_index, html
    links INTEGER NOT NULL, -- how many it listed
    etag TEXT,
    last_modified TEXT,
    fetched_at TEXT NOT NULL, -- when it was last read, changed or not
    warc_file TEXT, -- its newest full response
    warc_offset INTEGER
);
"""


def add_frontier(db: Database) -> None:
    """Visits, announced changes, front doors, and sites that are left alone."""
    db.executescript(_FRONTIER)


def add_schedule_and_alarms(db: Database) -> None:
    """What a schedule and a judgement of a site's health are read from."""
    db.executescript(_SCHEDULE)


_ALIASES = """
-- the copy that the text comes from: amp, mobile, print; NULL is the ordinary page
ALTER TABLE articles ADD COLUMN variant TEXT;
-- what the page names for its article
ALTER TABLE articles ADD COLUMN addresses TEXT NOT NULL DEFAULT '[]';
-- number of the state that this one brings back within two days
ALTER TABLE revisions ADD COLUMN reverts_to INTEGER;

CREATE TABLE aliases (
    url TEXT PRIMARY KEY NOT NULL,
    story_key TEXT NOT NULL, -- equal for the www, mobile, AMP and print addresses of one story
    article_id TEXT REFERENCES articles (id) ON DELETE CASCADE, -- NULL: named by different articles, so nobody's
    kind TEXT NOT NULL, -- page (met there), redirect (met there), canonical, shortlink, amp, mobile (a page names it)
    first_seen_at TEXT NOT NULL
);
CREATE INDEX aliases_story_key ON aliases (story_key);
CREATE INDEX aliases_article_id ON aliases (article_id);

-- what sites changed in articles that they had published
CREATE VIEW edits AS
SELECT r.article_id, a.site, a.url, a.title, r.number, r.seen_at, r.changed, r.minor, r.reverts_to
FROM revisions r JOIN articles a ON a.id = r.article_id
WHERE r.cause = 'site' AND r.number > 1;

-- headlines before and after, of those edits that touched them
CREATE VIEW headline_corrections AS
SELECT r.article_id, a.site, a.url, r.number, r.seen_at, old.title AS old_title, r.title AS new_title, r.minor,
       r.reverts_to
FROM revisions r
JOIN articles a ON a.id = r.article_id
JOIN revisions old ON old.article_id = r.article_id AND old.number = r.number - 1
WHERE r.cause = 'site' AND EXISTS (SELECT 1 FROM json_each(r.changed) WHERE value = 'title');
"""


def keep_aliases(db: Database) -> None:
    """Every address of an article, the variant of its text, what an edit brings back; views of all edits."""
    db.executescript(_ALIASES)
    met = db.query(
        "SELECT url, id, first_seen_at FROM articles UNION "
        "SELECT url, article_id, first_seen_at FROM pages WHERE article_id IS NOT NULL"
    )
    rows = [(row["url"], story_key(row["url"]), row["id"], "page", row["first_seen_at"]) for row in list(met)]
    db.conn.executemany("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?, ?)", rows)


# What changed outside of the index is queued by SQL alone, so that any program may write to `articles`; of an article
# that waits already the first state stays, for it is what the index holds. A trigger says so by WHERE, not by OR IGNORE,
# which the statement that fires it would overrule.
_SEARCH_INDEX = """
ALTER TABLE articles ADD COLUMN docid INTEGER; -- its row of articles_fts; rowid may change with VACUUM
UPDATE articles SET docid = rowid;
CREATE UNIQUE INDEX articles_docid ON articles (docid);
DROP INDEX articles_sort_at;
DROP INDEX articles_site_sort_at;
CREATE INDEX articles_sort_at ON articles (sort_at, id, docid);
CREATE INDEX articles_site_sort_at ON articles (site, sort_at, id, docid);

-- holds stems: ask with newscrawl.query, or "newscrawl search --explain"; never rebuild it by hand
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, subtitle, caption, body,
    content="articles", content_rowid='docid',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);
INSERT INTO articles_fts (articles_fts, rank) VALUES ('rank', 'bm25(4.0, 2.0, 1.0, 1.0)');

CREATE TABLE articles_fts_queue (
    docid INTEGER PRIMARY KEY,
    is_indexed INTEGER NOT NULL, -- 1: the index holds the texts beside this
    title TEXT,
    subtitle TEXT,
    caption TEXT,
    body TEXT
);
CREATE TRIGGER articles_fts_before_insert BEFORE INSERT ON articles BEGIN
    -- INSERT OR REPLACE fires no trigger for the row that gives way
    INSERT INTO articles_fts_queue SELECT docid, 1, title, subtitle, caption, body FROM articles
    WHERE (id = new.id OR url = new.url) AND docid NOT IN (SELECT docid FROM articles_fts_queue);
END;
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
    UPDATE articles SET docid = (SELECT coalesce(max(docid), 0) + 1 FROM articles) WHERE id = new.id AND docid IS NULL;
    INSERT INTO articles_fts_queue (docid, is_indexed) SELECT docid, 0 FROM articles
    WHERE id = new.id AND docid NOT IN (SELECT docid FROM articles_fts_queue);
END;
CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts_queue SELECT old.docid, 1, old.title, old.subtitle, old.caption, old.body
    WHERE old.docid NOT IN (SELECT docid FROM articles_fts_queue);
END;
CREATE TRIGGER articles_fts_update AFTER UPDATE OF title, subtitle, caption, body ON articles
WHEN old.title IS NOT new.title OR old.subtitle IS NOT new.subtitle OR old.caption IS NOT new.caption
  OR old.body IS NOT new.body BEGIN
    INSERT INTO articles_fts_queue SELECT old.docid, 1, old.title, old.subtitle, old.caption, old.body
    WHERE old.docid NOT IN (SELECT docid FROM articles_fts_queue);
END;
"""


def add_search_index(db: Database) -> None:
    """Full-text search over stems, and the queue of what it does not hold yet; opening the archive fills it."""
    db.executescript(_SEARCH_INDEX)


_COPIES = """
-- id of the earliest article that tells the same story in nearly the same words; NULL: there is no other
ALTER TABLE articles ADD COLUMN first_copy_id TEXT REFERENCES articles (id) ON DELETE SET NULL;
CREATE INDEX articles_first_copy_id ON articles (first_copy_id) WHERE first_copy_id IS NOT NULL;

CREATE TABLE copies (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    other_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    relation TEXT NOT NULL, -- duplicate (word for word), near_duplicate, reuse
    share REAL NOT NULL, -- how much of the article stands in the other, 0.0 to 1.0
    PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;
CREATE INDEX copies_other_id ON copies (other_id);

CREATE TABLE shingles (
    hash INTEGER NOT NULL, -- of five words in a row, one of sixteen
    docid INTEGER NOT NULL, -- of the article that has them
    PRIMARY KEY (hash, docid)
) WITHOUT ROWID;

-- stories that were printed more than once, with where they came first and whose they are
CREATE VIEW copied_stories AS
SELECT first.id, first.title, first.site AS first_site, first.sort_at AS first_at, max(copy.sort_at) AS last_at,
       count(*) AS copies, count(DISTINCT copy.site) AS sites,
       (SELECT agency FROM articles WHERE first_copy_id = first.id AND agency IS NOT NULL
        GROUP BY agency ORDER BY count(*) DESC, agency LIMIT 1) AS agency
FROM articles AS first JOIN articles AS copy ON copy.first_copy_id = first.id
GROUP BY first.id;

-- what else makes an article wait in the queue: another date, and the end of one whose story others tell
CREATE TRIGGER copies_date AFTER UPDATE OF sort_at ON articles WHEN old.sort_at IS NOT new.sort_at BEGIN
    INSERT INTO articles_fts_queue SELECT old.docid, 1, old.title, old.subtitle, old.caption, old.body
    WHERE old.docid NOT IN (SELECT docid FROM articles_fts_queue);
END;
CREATE TRIGGER copies_delete BEFORE DELETE ON articles WHEN old.first_copy_id IS NOT NULL BEGIN
    INSERT INTO articles_fts_queue SELECT docid, 1, title, subtitle, caption, body FROM articles
    WHERE first_copy_id = old.first_copy_id AND id <> old.id AND docid NOT IN (SELECT docid FROM articles_fts_queue);
END;
INSERT INTO articles_fts_queue SELECT docid, 1, title, subtitle, caption, body FROM articles
WHERE docid NOT IN (SELECT docid FROM articles_fts_queue);
"""


def link_copies(db: Database) -> None:
    """The same story elsewhere; the articles that are there already wait to be linked, and opening the archive does it."""
    db.executescript(_COPIES)


def keep_handovers(db: Database) -> None:
    """Which state of an article each receiver of exports has."""
    db.executescript(
        """
        CREATE TABLE handovers (
            receiver TEXT NOT NULL,
            article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
            text_hash TEXT NOT NULL, -- of the article's text as it was handed over
            PRIMARY KEY (article_id, receiver)
        ) WITHOUT ROWID;
        """
    )


def widen_site_index(db: Database) -> None:
    """Counting by site, country, month and agency reads the index of sites alone, and no article."""
    db.executescript(
        """
        DROP INDEX articles_site_sort_at;
        CREATE INDEX articles_site_sort_at ON articles (site, sort_at, id, docid, first_copy_id, agency);
        """
    )


def keep_pictures(db: Database) -> None:
    """What became of each picture that was asked for, and where it is."""
    db.executescript(
        """
        CREATE TABLE pictures (
            url TEXT PRIMARY KEY NOT NULL, -- as in articles.image_url and images.url
            site TEXT NOT NULL REFERENCES sites (key), -- whose crawl asked for it
            state TEXT NOT NULL, -- done, failed, refused
            asked_at TEXT NOT NULL,
            reason TEXT, -- why it is not kept
            attempts INTEGER NOT NULL, -- in so many crawls
            content_type TEXT, -- as the server said
            bytes INTEGER, -- its size
            payload_digest TEXT, -- SHA-256; equal pictures at several addresses lie in the WARC once
            warc_file TEXT, -- where its bytes are
            warc_offset INTEGER
        );
        CREATE INDEX pictures_payload_digest ON pictures (payload_digest);
        """
    )


# One narrow index answers how found articles divide, without a look at their texts; one of edits alone spares a look at all states.
_READING_INDEXES = """
CREATE INDEX articles_facets ON articles (docid, site, sort_at, section, agency, authors);
CREATE INDEX revisions_edits ON revisions (seen_at) WHERE cause = 'site' AND number > 1;
DROP VIEW headline_corrections;
CREATE VIEW headline_corrections AS
SELECT r.article_id, a.site, a.url, r.number, r.seen_at, old.title AS old_title, r.title AS new_title, r.minor,
       r.reverts_to
FROM revisions r
JOIN articles a ON a.id = r.article_id
JOIN revisions old ON old.article_id = r.article_id AND old.number = r.number - 1
WHERE r.cause = 'site' AND r.number > 1 AND EXISTS (SELECT 1 FROM json_each(r.changed) WHERE value = 'title');
"""


def add_reading_indexes(db: Database) -> None:
    """What facets and lists of corrections are read from; the view of them uses it."""
    db.executescript(_READING_INDEXES)


def widen_time_index(db: Database) -> None:
    """Counting within days by site and month reads the index of times alone."""
    db.executescript(
        """
        DROP INDEX articles_sort_at;
        CREATE INDEX articles_sort_at ON articles (sort_at, id, docid, site, first_copy_id, agency);
        """
    )


MIGRATIONS: list[Callable[[Database], None]] = [
    create_tables, add_directives, add_frontier, add_schedule_and_alarms, keep_aliases, add_search_index, link_copies,
    keep_handovers, widen_site_index, keep_pictures, add_reading_indexes, widen_time_index,
]  # fmt: skip
