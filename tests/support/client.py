"""A client that holds the program to its own OpenAPI document."""

import re
from typing import Any, Final

import httpx2
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it has no stubs

MERGE_PATCH: Final = "application/merge-patch+json"
PROBLEM: Final = "application/problem+json"


class Contract:
    """Every answer has a declared status, a declared media type and a body that fits the published schema."""

    def __init__(self, app: FastAPI) -> None:
        self.document: dict[str, Any] = app.openapi()
        self._validators: dict[str, Draft202012Validator] = {}
        self._paths = [(self._pattern(path), path) for path in sorted(self.document["paths"], key=self._literal_first)]

    @staticmethod
    def _literal_first(path: str) -> list[bool]:
        return ["{" in part for part in path.split("/")]

    @staticmethod
    def _pattern(path: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        found = next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)
        operations = self.document["paths"].get(found, {})
        declared: dict[str, Any] | None = operations.get(method.lower())
        return declared

    def check(self, answer: httpx2.Response) -> None:
        method, path = answer.request.method, answer.request.url.path
        operation = self.operation(method, path)
        about = f"{method} {path} answered {answer.status_code}: {answer.text[:2000]}"
        if operation is None:
            assert answer.status_code in {404, 405} or not path.startswith("/v1"), about
            return
        declared = operation["responses"].get(str(answer.status_code))
        assert declared is not None, f"an undeclared status; {about}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == PROBLEM, about
            self._fits({"$ref": "#/components/schemas/Problem"}, answer, about)
        else:
            self._fits_one_of(declared.get("content", {}), answer, about)

    def _fits_one_of(self, content: dict[str, Any], answer: httpx2.Response, about: str) -> None:
        if not content:
            assert answer.content == b"", about
            return
        media_type = answer.headers["content-type"].partition(";")[0]
        assert media_type in content, f"an undeclared media type; {about}"
        if media_type == "application/json":
            self._fits(content[media_type].get("schema", {}), answer, about)

    def _fits(self, schema: dict[str, Any], answer: httpx2.Response, about: str) -> None:
        key = repr(schema)
        if key not in self._validators:
            whole = schema | {"components": self.document["components"]}
            self._validators[key] = Draft202012Validator(whole, format_checker=FormatChecker())
        found = [f"{error.json_path}: {error.message}" for error in self._validators[key].iter_errors(answer.json())]
        assert not found, f"the body does not fit its schema: {found}; {about}"


class Client:
    """Speaks for one person, or for nobody."""

    def __init__(self, app: FastAPI, contract: Contract, token: str | None = None, language: str = "en") -> None:
        self._http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://test"
        )
        self.contract = contract
        self.token = token
        self.language = language

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> httpx2.Response:
        return await self.request("POST", path, **options)

    async def patch(self, path: str, **options: Any) -> httpx2.Response:
        return await self.request("PATCH", path, **options)

    async def delete(self, path: str, **options: Any) -> httpx2.Response:
        return await self.request("DELETE", path, **options)

    async def request(
        self,
        method: str,
        path: str,
        *,
        version: int | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> httpx2.Response:
        """`version` is the one seen (If-Match), `key` the Idempotency-Key; `headers` win over everything."""
        sent = self._headers(method, version, key) | {name.lower(): text for name, text in (headers or {}).items()}
        answer = await self._http.request(method, path, headers=sent, **options)
        assert answer.headers["x-request-id"]
        self.contract.check(answer)
        return answer

    def _headers(self, method: str, version: int | None, key: str | None) -> dict[str, str]:
        sent = {"accept-language": self.language}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        if version is not None:
            sent["if-match"] = f'"{version}"'
        if key is not None:
            sent["idempotency-key"] = key
        if method == "PATCH":
            sent["content-type"] = MERGE_PATCH
        return sent

    async def made(self, path: str, body: Any, **options: Any) -> dict[str, Any]:
        """Creates, and answers with the record; anything but 201 is a failure."""
        answer = await self.post(path, json=body, **options)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()
        return record

    async def seen(self, path: str, **options: Any) -> dict[str, Any]:
        """Reads what must be there."""
        answer = await self.get(path, **options)
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()
        return record
