"""The two months rendered once for all tests of the briefing."""

from __future__ import annotations

import province_material
import pytest
import report_material

from ctdp_etl.briefing import Briefing, Rendered, compose, lay_out


@pytest.fixture(scope="session")
def national_briefing() -> Briefing:
    return compose(report_material.national())


@pytest.fixture(scope="session")
def national(national_briefing: Briefing) -> Rendered:
    return lay_out(national_briefing)


@pytest.fixture(scope="session")
def provinces_briefing() -> Briefing:
    return compose(report_material.provinces())


@pytest.fixture(scope="session")
def provinces(provinces_briefing: Briefing) -> Rendered:
    return lay_out(provinces_briefing)


@pytest.fixture(scope="session")
def province_brief_briefing() -> Briefing:
    return compose(province_material.province())


@pytest.fixture(scope="session")
def province_brief(province_brief_briefing: Briefing) -> Rendered:
    return lay_out(province_brief_briefing)
