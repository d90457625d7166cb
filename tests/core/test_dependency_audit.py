"""The audit of dependencies passes on an answer for every package, and on nothing else."""

import json
from collections.abc import Mapping

from tests.dependency_audit import applicable, pins_in, verdict

CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
BAD = {"name": "django", "version": "5.2.1", "vulns": [{"id": "PYSEC-2025-47", "fix_versions": ["5.2.3"]}]}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def said(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


def test_an_answer_for_every_package_passes() -> None:
    assert verdict(said(CLEAN), "", 1).passes


def test_a_vulnerability_is_named_with_what_mends_it() -> None:
    judged = verdict(said(CLEAN, BAD), "", 2)
    assert not judged.passes
    assert judged.found == ("django 5.2.1: PYSEC-2025-47, mended in 5.2.3",)


def test_a_package_that_was_passed_over_is_no_pass() -> None:
    judged = verdict(said(CLEAN, UNKNOWN), "", 2)
    assert not judged.passes
    assert "own" in judged.missing


def test_fewer_packages_than_are_pinned_are_no_pass() -> None:
    assert "1 of 3" in verdict(said(CLEAN), "", 3).missing


def test_no_answer_is_no_pass_and_its_reason_is_told() -> None:
    judged = verdict("", "Traceback …\nConnectionError: api.osv.dev: Name or service not known\n", 1)
    assert not judged.passes
    assert "api.osv.dev" in judged.missing
    assert verdict("", "", 1).missing == "it said nothing"


def test_pins_are_counted_without_those_for_other_platforms() -> None:
    text = "a==1 \\\n    --hash=sha256:00\nb[x]==2 \\\nwin==3 ; sys_platform == 'win32' \\\n# c==4\n"
    assert pins_in(text) == 3
    assert pins_in(applicable(text)) == 2
