"""Every error that newscrawl raises; each carries what it is about and says what to do.

NewscrawlError
├── UsageError              the command or a call was wrong: exit status 2
├── ProfileError            a site profile cannot be used (file, key)
│   └── UnknownSiteError    no profile, host or address of that name
├── ArchiveError            the SQLite file cannot do what was asked (path)
│   ├── ArchiveMissingError there is no archive yet
│   ├── ArchiveVersionError another version of newscrawl made it
│   └── StorageError        the disk refused a write: nothing of the transaction was kept
├── UnreadableError         a file that is to be copied cannot be read (path)
├── WarcError               a WARC file or record cannot be read or written (file, offset)
├── LockedError             another process crawls this site
├── PausedError             the site asked to be left alone for a while
├── AlertError              nobody could be told: an address or a command failed
└── FetchError              an address could not be fetched
"""

from __future__ import annotations


class NewscrawlError(Exception):
    """The base: its text is one line for a person."""


class UsageError(NewscrawlError):
    """The caller asked for something that cannot be."""


class ProfileError(NewscrawlError):
    """A site profile names an unknown key or a value that cannot be used."""


class UnknownSiteError(ProfileError):
    """No profile has this key, and it is no host or address either."""


class ArchiveError(NewscrawlError):
    """The archive file cannot do what was asked."""


class ArchiveMissingError(ArchiveError):
    """There is no archive at this path."""


class ArchiveVersionError(ArchiveError):
    """The archive's tables are newer, or older, than this version of newscrawl can work with."""


class StorageError(ArchiveError):
    """The disk refused a write; the transaction was rolled back."""


class UnreadableError(NewscrawlError):
    """A file that is to be copied, or was, cannot be read: others may be."""


class WarcError(NewscrawlError):
    """A WARC file or record cannot be read or written."""


class LockedError(NewscrawlError):
    """Another process is crawling this site."""


class PausedError(NewscrawlError):
    """The site asked to be left alone for a while (Retry-After), which is not over."""


class AlertError(NewscrawlError):
    """An alert or a heartbeat was not delivered."""


class FetchError(NewscrawlError):
    """An address could not be fetched."""
