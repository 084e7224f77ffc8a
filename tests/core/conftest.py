import pytest
from hypothesis import settings

# A shared machine may be slow for a moment; a deadline would call that a failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
