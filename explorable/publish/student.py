"""The book's sources in two archives: all of them for teachers, and for students all but the worked solutions.

    python -m explorable.publish.student            writes both archives, and renews the branch "student"
    python -m explorable.publish.student FOLDER     writes both archives into a folder, and leaves the branches alone

What a hub, Binder, Colab or a student fetches is the branch ``student``. Its commits have no parent but an older commit of the
same branch, so that no history leads to a solution. Both archives hold what git has at HEAD, the same to the byte for the same
commit.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from explorable import command
from explorable.book import current_book
from explorable.editions import archive

BRANCH = "student"
LEFT_OUT = "solutions"
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "make student"), ("EMAIL", "student@localhost"))
}


def git(*arguments: str, **variables: str) -> bytes:
    """Return what a git command of the book's folder writes; ``Refused`` says why it could not."""
    environment = os.environ | AUTHOR | variables
    try:
        return subprocess.run(
            ["git", *arguments], cwd=current_book().root, env=environment, check=True, capture_output=True
        ).stdout
    except FileNotFoundError:
        raise command.Refused("git is not installed; both archives are made from what git has at HEAD.") from None
    except subprocess.CalledProcessError as problem:
        said = problem.stderr.decode(errors="replace").strip()
        raise command.Refused(f"git {arguments[0]} failed in the book's folder: {said}") from None


def tree() -> str:
    """Return the name of git's tree of HEAD without the solutions."""
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        git("read-tree", "HEAD", **index)
        git("rm", "-r", "--cached", "--quiet", "--ignore-unmatch", LEFT_OUT, **index)
        return git("write-tree", **index).decode().strip()


def commit(made: str, *parents: str) -> str:
    """Return a commit of a tree, dated as HEAD is; nothing leads to it yet."""
    day = git("log", "-1", "--format=%cI", "HEAD").decode().strip()
    says = f"The book {current_book().project['version']}, without its solutions"
    after = [part for parent in parents for part in ("-p", parent)]
    dated = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    return git("commit-tree", made, *after, "-m", says, **dated).decode().strip()


def pack(of: str, *, edition: str, target: Path) -> Path:
    """Write a commit as NAME-VERSION-EDITION.tar.gz and return its path."""
    name = f"{archive.name()}-{edition}"
    content = git("archive", "--format=tar", f"--prefix={name}/", of)
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{name}.tar.gz"
    path.write_bytes(gzip.compress(content, mtime=0))
    return path


def renew_branch() -> str:
    """Put HEAD without the solutions on the branch for students, if it is not there yet; return the branch's commit."""
    made, earlier = (
        tree(),
        git("for-each-ref", "--format=%(objectname) %(tree)", f"refs/heads/{BRANCH}").decode().split(),
    )
    if earlier and earlier[1] == made:
        return earlier[0]
    made = commit(made, *earlier[:1])
    git("update-ref", f"refs/heads/{BRANCH}", made)
    return made


def write(target: Path) -> list[Path]:
    """Write both archives into a folder and return their paths: the teachers', then the students'."""
    return [pack("HEAD", edition="teacher", target=target), pack(commit(tree()), edition="student", target=target)]


def main(names: list[str]) -> int:
    try:
        target = Path(names[0]) if names else current_book().build / "sources"
        teacher, student = write(target)
        print(f"For teachers, with solutions: {teacher}\nFor students, without: {student}")
        if not names:
            print(
                f"The branch {BRANCH} is at {renew_branch()[:7]}. Push it to a repository that holds nothing else:\n"
                f"  git push ADDRESS-OF-THE-STUDENTS-REPOSITORY {BRANCH}:main"
            )
    except command.Refused as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
