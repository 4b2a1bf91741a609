"""Cobertura of other tools, Go and JaCoCo: formats that do not say where their files are."""

from __future__ import annotations

import pytest

from specrun.measure.coverage import read_coverage
from specrun.measure.reports import FileCoverage, Function, ReportError


def test_cobertura(data):
    files = read_coverage("cobertura", data("cobertura.xml"), "/build/shop").files
    assert list(files) == ["src/cart.ts", "src/util.ts"]
    assert files["src/cart.ts"].lines == {2: 3, 4: 0, 8: 2, 9: 0}
    assert files["src/cart.ts"].functions == (Function("total", 2, 4, 3),)


def test_cobertura_with_two_sources_takes_the_one_that_has_the_file(data, project):
    folder = project({"src/cart.ts": "", "lib/util.ts": ""})
    report = data("cobertura.xml").replace(b"/build/shop", str(folder).encode())
    assert list(read_coverage("cobertura", report, str(folder)).files) == ["lib/util.ts", "src/cart.ts"]


def test_go_profile(data, project):
    folder = project({"go.mod": "module example.com/shop\n", "main.go": "", "cart/cart.go": ""})
    files = read_coverage("go-cover", data("profile.cov"), str(folder)).files
    assert files == {
        "cart/cart.go": FileCoverage({5: 3, 6: 3, 7: 3, 8: 0, 9: 0}),
        "main.go": FileCoverage({3: 0, 4: 0}),
    }


def test_jacoco(data, project):
    folder = project({"src/main/java/com/example/Cart.java": ""})
    files = read_coverage("jacoco", data("jacoco.xml"), str(folder)).files
    functions = (Function("total", 5, None, 1), Function("clear", 9, None, 0))
    assert files == {
        "src/main/java/com/example/Cart.java": FileCoverage({5: 4, 6: 1, 9: 0}, functions, {6: (1, 2)})
    }


NAMELESS_CLASS = "<coverage><packages><package><classes><class/></classes></package></packages></coverage>"
NAMELESS_LINE = "<report><package><sourcefile name='a'><line/></sourcefile></package></report>"


@pytest.mark.parametrize(
    ("format_", "report", "reason"),
    [
        ("cobertura", "<report/>", "root element is 'report'; expected coverage"),
        ("cobertura", NAMELESS_CLASS, "without a filename"),
        ("go-cover", "a.go:1.1,2.2 1 1\n", "mode line"),
        ("go-cover", "mode: set\na.go:1.1,2.2 1\n", "line 2: expected a block, got 'a.go:1.1,2.2 1"),
        ("go-cover", "mode: set\na.go:1.1,999999999.1 1 1\n", "line number outside"),
        ("go-cover", "mode: set\n" + "a.go:1.1,1000000.1 1 1\n" * 6, "more than 5000000 counts"),
        ("jacoco", "<coverage/>", "expected report"),
        ("jacoco", "<report><package><sourcefile/></package></report>", "without a name"),
        ("jacoco", NAMELESS_LINE, "expected a number, got nothing"),
    ],
)
def test_errors(format_, report, reason):
    with pytest.raises(ReportError, match=reason):
        read_coverage(format_, report.encode(), "/build")


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ("a.go", ["a.go"]),
        ("./x//y/../a.go", ["x/a.go"]),
        ("/build/shop/a.go", ["a.go"]),
        ("/build/shopping/a.go", []),
        ("../a.go", []),
        ("../shop/a.go", ["a.go"]),
        ("x/../../../etc/passwd", []),
        ("/../../build/shop/a.go", ["a.go"]),
        ("/build/shop", []),
        ("//build//shop//a.go", ["a.go"]),
        ("a" * 5000, []),
    ],
)
def test_paths_stay_inside_the_project(claimed, expected):
    report = f"SF:{claimed}\nDA:1,1\nend_of_record\n".encode()
    assert list(read_coverage("lcov", report, "/build/shop").files) == expected
    assert list(read_coverage("lcov", report, "/build/shop/").files) == expected
