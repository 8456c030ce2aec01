"""Why something is not done with a backup or an archive: prose, for whoever typed the command."""


class ArchiveRefused(Exception):
    """The message says in a line what is wrong and what to do next."""


class ArchiveBroken(ArchiveRefused):
    """What is kept is not what was written: a byte is wrong, a file is missing or too many."""
