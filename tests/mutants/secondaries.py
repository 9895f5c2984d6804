"""Mutants of what is promised of secondaries, S29."""

from mutants.mutant import Mutant

LAWS = "tests/laws/test_recipe_laws.py"
RECIPE = "tests/unit/secondaries/test_recipe.py"
DRIFT = "tests/unit/secondaries/test_drift.py"
REPLICATE = "tests/unit/secondaries/test_replicate.py"

SECONDARIES = (
    Mutant(
        "S29",
        "texts of customizers are compared without regard to case",
        "secondaries/shape.py",
        "LINES = Each(Plain(_line))",
        "LINES = Each(Plain(_word))",
        (RECIPE,),
    ),
    Mutant(
        "S29",
        "customizers in any order are the same",
        "secondaries/canonical.py",
        'if path == "$.distribute" else found',
        'if path in ("$.distribute", "$.customize") else found',
        (LAWS,),
    ),
    Mutant(
        "S29",
        "outputs in another order are drift",
        "secondaries/canonical.py",
        'return tuple(str(output.get(each, "")) for each in ("type", "galleryImageId"))',
        "return ()",
        (LAWS,),
    ),
    Mutant(
        "S29",
        "fields that are not known do not count",
        "secondaries/canonical.py",
        "                if told is not None:",
        "                if told is None:",
        (RECIPE,),
    ),
    Mutant(
        "S29",
        "the subnet counts",
        "secondaries/shape.py",
        '"subnetId": LEFT_OUT,',
        '"subnetId": TEXT,',
        (LAWS,),
    ),
    Mutant(
        "S29",
        "the gallery counts",
        "secondaries/shape.py",
        '.rpartition("/images/")[2] or None',
        '.rpartition("/subscriptions/")[2] or None',
        (LAWS,),
    ),
    Mutant(
        "S29",
        "a checksum is no part of the recipe",
        "secondaries/shape.py",
        '"sha256Checksum": WORD,',
        '"sha256Checksum": LEFT_OUT,',
        (RECIPE,),
    ),
    Mutant(
        "S29",
        "a renewed signature is drift",
        "secondaries/shape.py",
        "pairs = [each for each in pairs if each.partition",
        "pairs = [each for each in pairs if not each.partition",
        (RECIPE,),
    ),
    Mutant(
        "S29",
        "the default timeout is drift",
        "secondaries/shape.py",
        "Plain(_unless_zero, 240)",
        "Plain(_unless_zero, 241)",
        (RECIPE,),
    ),
    Mutant(
        "S29",
        "what was not read yet is green",
        "secondaries/drift.py",
        "            return item(check, Colour.UNKNOWN, says)",
        "            return item(check, Colour.GREEN, says)",
        (DRIFT,),
    ),
    Mutant(
        "S29",
        "what one of both lacks is no drift",
        "model/drift.py",
        "for path in sorted(one.keys() | other.keys())",
        "for path in sorted(one.keys() & other.keys())",
        (DRIFT,),
    ),
    Mutant(
        "S29",
        "a path that is allowed covers its neighbours",
        "model/drift.py",
        ' + r"(?=[.\\[]|$)"',
        "",
        (DRIFT,),
    ),
    Mutant(
        "S29",
        "what is replicated hides itself from the latest",
        "secondaries/outputs.py",
        '    if terms.drill:\n        output["excludeFromLatest"] = True',
        '    if True:\n        output["excludeFromLatest"] = True',
        (REPLICATE,),
    ),
)
