"""Where nobody may make us send anything: by any spelling of a URL, and by any address that a name leads to."""

from ipaddress import ip_address, ip_network
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.wording import words
from app.rules.destinations import BadDestination, Destination, Terms, is_public, read

# Each is refused for the first thing that is wrong with it.
HOSTILE: Final[dict[str, str]] = {
    "http://hooks.example.org/": "destination_https",
    "ftp://hooks.example.org/": "destination_https",
    "gopher://hooks.example.org/_GET": "destination_https",
    "ws://hooks.example.org/": "destination_https",
    "file:///etc/passwd": "destination_form",
    "dict://localhost:11211/stat": "destination_https",
    "//hooks.example.org/": "destination_form",
    "hooks.example.org": "destination_form",
    "https:hooks.example.org": "destination_form",
    "https:/hooks.example.org/": "destination_form",
    "https:///hooks.example.org/": "destination_form",
    "https://": "destination_form",
    "javascript:alert(1)": "destination_form",
    "https://127.0.0.1/": "destination_number",
    "https://127.0.0.1:443/": "destination_number",
    "https://127.1/": "destination_number",
    "https://127.0.1/": "destination_number",
    "https://0/": "destination_number",
    "https://0.0.0.0/": "destination_number",
    "https://2130706433/": "destination_number",
    "https://0x7f000001/": "destination_number",
    "https://0X7F000001/": "destination_number",
    "https://0x7f.0.0.1/": "destination_number",
    "https://0x7f.1/": "destination_number",
    "https://0177.0.0.1/": "destination_number",
    "https://017700000001/": "destination_number",
    "https://127.0.0.1./": "destination_number",
    "https://169.254.169.254/latest/meta-data/": "destination_number",
    "https://10.0.0.7/": "destination_number",
    "https://8.8.8.8/": "destination_number",
    "https://[::1]/": "destination_number",
    "https://[::]:443/": "destination_number",
    "https://[::ffff:127.0.0.1]/": "destination_number",
    "https://[::ffff:7f00:1]/": "destination_number",
    "https://[64:ff9b::7f00:1]/": "destination_number",
    "https://[2002:7f00:1::]/": "destination_number",
    "https://[fe80::1%25eth0]/": "destination_number",
    "https://[fd00:ec2::254]/": "destination_number",
    "https://[2606:4700::1111]/": "destination_number",
    "https://①②⑦.⓪.⓪.①/": "destination_form",
    "https://１２７.０.０.１/": "destination_form",
    "https://127。0。0。1/": "destination_form",
    "https://ｌｏｃａｌｈｏｓｔ/": "destination_form",
    "https://громада.укр/": "destination_form",
    "https://localhost/": "destination_name",
    "https://LOCALHOST/": "destination_name",
    "https://localhost.:443/": "destination_name",
    "https://a.localhost/": "destination_name",
    "https://printer.local/": "destination_name",
    "https://metadata.google.internal/computeMetadata/v1/": "destination_name",
    "https://router.lan/": "destination_name",
    "https://intranet/": "destination_name",
    "https://crm.corp/": "destination_name",
    "https://1.0.0.127.in-addr.arpa/": "destination_name",
    "https://facebookcorewwwi.onion/": "destination_name",
    "https://hooks.example.org./": "destination_name",
    "https://.example.org/": "destination_name",
    "https://hooks..example.org/": "destination_name",
    "https://-hooks.example.org/": "destination_name",
    "https://hooks.example.123/": "destination_name",
    "https://hooks.example.0x1/": "destination_name",
    "https://hooks_example.org/": "destination_form",
    "https://hooks%2eexample.org/": "destination_form",
    "https://127.0.0.1%00.example.org/": "destination_form",
    "https://user@hooks.example.org/": "destination_form",
    "https://user:secret@hooks.example.org/": "destination_form",
    "https://hooks.example.org@127.0.0.1/": "destination_form",
    "https://hooks.example.org:443@127.0.0.1/": "destination_form",
    "https://127.0.0.1#@hooks.example.org/": "destination_form",
    "https://hooks.example.org/#fragment": "destination_form",
    "https://hooks.example.org#@127.0.0.1/": "destination_form",
    "https://hooks.example.org\\@127.0.0.1/": "destination_form",
    "https:\\\\127.0.0.1\\": "destination_form",
    "https://hooks.example.org /": "destination_form",
    "https://hooks.example.org/a b": "destination_form",
    "https://hooks.example.org\t/": "destination_form",
    " https://hooks.example.org/": "destination_form",
    "https://hooks.example.org/\r\nX-Injected: 1": "destination_form",
    "https://hooks.example.org/\0": "destination_form",
    "https://hooks.example.org:22/": "destination_port",
    "https://hooks.example.org:80/": "destination_port",
    "https://hooks.example.org:0/": "destination_port",
    "https://hooks.example.org:6379/": "destination_port",
    "https://hooks.example.org:65979/": "destination_port",
    "https://hooks.example.org:/": "destination_form",
    "https://hooks.example.org:443:443/": "destination_form",
    "https://hooks.example.org:-1/": "destination_form",
    "https://hooks.example.org:٤٤٣/": "destination_form",
    f"https://{'a' * 64}.example.org/": "destination_name",
    f"https://{'a.' * 130}org/": "destination_name",
    f"https://hooks.example.org/{'a' * 1000}": "destination_form",
    "": "destination_form",
}

DENIED: Final = (
    "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254"
    " 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.1.1"
    " 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.7 224.0.0.1 239.255.255.250 240.0.0.1"
    " 255.255.255.255"
    " :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1"
    " 64:ff9b:1::808:808 100::1 2001::1 2001:0:7f00:1::f7f7:f7f7 2001:0:808:808::80ff:fffe 2001:2::1 2001:10::1"
    " 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 2002:c0a8:101::1 2620:4f:8000::1 3ffe::1 3fff::1 5f00::1"
    " 4000::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 2606:4700::1111%eth0"
)
PUBLIC: Final = (
    "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 191.255.255.255 192.0.1.1 198.17.255.255"
    " 198.20.0.1 223.255.255.255 2606:4700::1111 2a02:2a90::1 2001:200::1 ::ffff:8.8.8.8 64:ff9b::808:808"
    " 2002:808:808::1"
)
OURS: Final = Terms(ports=(443, 8443), trusted=("http://127.0.0.1:9000", "https://crm.hromada.local"))


def said(url: str, terms: Terms) -> str | None:
    try:
        read(url, terms)
    except BadDestination as error:
        return error.sentence.code
    return None


def test_the_table_is_long_enough() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_with_the_way_out(url: str) -> None:
    with pytest.raises(BadDestination) as refusal:
        read(url, Terms())

    assert refusal.value.sentence.code == HOSTILE[url]
    assert all(words(refusal.value.sentence, language) for language in ("uk", "en"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hooks.example.org", Destination("https", "hooks.example.org", 443, "/")),
        ("HTTPS://Hooks.Example.ORG:443/a/b?c=d", Destination("https", "hooks.example.org", 443, "/a/b?c=d")),
        ("https://xn--80aaifmgl1a.xn--j1amh/", Destination("https", "xn--80aaifmgl1a.xn--j1amh", 443, "/")),
        ("https://hooks.example.org?key=1", Destination("https", "hooks.example.org", 443, "/?key=1")),
        ("https://hooks.example.org:8443/", Destination("https", "hooks.example.org", 8443, "/")),
        ("http://127.0.0.1:9000/x", Destination("http", "127.0.0.1", 9000, "/x", is_trusted=True)),
        ("https://crm.hromada.local/x", Destination("https", "crm.hromada.local", 443, "/x", is_trusted=True)),
    ],
)
def test_an_honest_address_is_understood_in_one_way(url: str, expected: Destination) -> None:
    assert read(url, OURS) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9001/",
        "http://127.0.0.1/",
        "https://127.0.0.1:9000/",
        "http://127.0.0.1:9000@evil.example.org/",
        "http://localhost:9000/",
        "https://a.crm.hromada.local/",
        "https://crm.hromada.local:444/",
        "https://crm.hromada.local.evil.local/",
    ],
)
def test_trust_is_in_an_exact_origin_and_nothing_near_it(url: str) -> None:
    assert said(url, OURS) is not None


def test_the_host_header_names_the_port_only_when_it_is_not_the_usual_one() -> None:
    found = [read(url, OURS).authority for url in ("https://a.example.org/", "https://a.example.org:8443/")]

    assert found == ["a.example.org", "a.example.org:8443"]


@pytest.mark.parametrize("address", DENIED.split())
def test_an_address_that_leads_inside_is_denied(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "2130706433", "0x7f000001", "8.8.8.8/32", "8.8.8.8 "])
def test_what_is_no_address_is_denied(text: str) -> None:
    assert not is_public(text)


@given(st.ip_addresses(v=4))
def test_what_wraps_an_address_is_as_public_as_what_it_wraps(address: object) -> None:
    number = int(ip_address(str(address)))
    mapped, nat64, sixtofour = (0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)

    assert {is_public(str(ip_address(each.to_bytes(16)))) for each in (mapped, nat64, sixtofour)} == {
        is_public(str(address))
    }


@given(st.ip_addresses(v=6))
def test_nothing_beyond_global_unicast_is_public_unless_it_wraps_something_public(address: object) -> None:
    found = ip_address(str(address))
    wraps = found in ip_network("::ffff:0:0/96") or found in ip_network("64:ff9b::/96")

    assert found in ip_network("2000::/3") or wraps or not is_public(str(found))


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/", f"https://hooks.example.org{text}"):
        assert said(url, Terms()) in {None, *HOSTILE.values()}
