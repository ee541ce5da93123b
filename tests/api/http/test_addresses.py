"""Where a request comes from: who may say so is believed, and nobody else."""

import time
from dataclasses import replace
from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from multidict import CIMultiDict

from api.http.addresses import address_of, one_subject
from api.limits import Limits
from core.desk.people.allowances import Allowances
from core.settings.rates import Rate

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]
STRANGER = "192.0.2.7"


def came_from(remote, *said, proxies=PROXIES):
    headers = CIMultiDict([("X-Forwarded-For", one) for one in said])
    request = SimpleNamespace(remote=remote, headers=headers)
    return one_subject(address_of(request, proxies))


@pytest.mark.parametrize(
    ("said", "whence"),
    [
        ([STRANGER], STRANGER),
        (["203.0.113.9, 192.0.2.7"], STRANGER),
        (["203.0.113.9", "192.0.2.7"], STRANGER),
        (["192.0.2.7, 10.1.1.1, 10.2.2.2"], STRANGER),
        (["192.0.2.7, 2001:db8:1::7"], STRANGER),
        (["192.0.2.7:50312"], STRANGER),
        (["::ffff:192.0.2.7"], STRANGER),
        (["[2001:db8:2:3:4::7]:50312"], "2001:db8:2:3::/64"),
        (["2001:db8:2:3:4::7"], "2001:db8:2:3::/64"),
        (["10.1.1.1"], "10.1.1.1"),
        ([], "10.0.0.1"),
    ],
)
def test_behind_a_proxy_it_is_the_last_address_that_no_proxy_has(said, whence):
    assert came_from("10.0.0.1", *said) == whence


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        ",",
        "unknown",
        "192.0.2",
        "192.0.2.007",
        "192.0.2.7.1",
        "0x7f.1",
        "192.0.2.7, ",
        "192.0.2.7 192.0.2.8",
        "for=192.0.2.7",
        '"192.0.2.7"',
        "[192.0.2.7",
        "[]:80",
        "1.2.3.4:",
        "::::",
        "fe80::1%" + "x" * 100,
        "１９２.0.2.7",
        "192.0.2.7\udcff",
        "-" * 100_000,
        "," * 100_000,
        "[" * 100_000,
        "1" * 100_000 + ":1",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_no_address_leaves_it_at_the_proxy(nonsense):
    begun = time.process_time()

    whence = came_from("10.0.0.1", STRANGER, nonsense)

    assert whence in {"10.0.0.1", "fe80::/64"}
    assert time.process_time() - begun < 1


def test_a_long_chain_is_cut_between_addresses():
    hops = ", ".join(["192.0.2.7", *["10.0.0.1"] * 1000])

    assert came_from("10.0.0.1", hops) == "10.0.0.1"


@pytest.mark.parametrize("proxies", [[], PROXIES])
def test_nobody_else_is_believed(proxies):
    assert came_from(STRANGER, "203.0.113.9", proxies=proxies) == STRANGER


@pytest.mark.parametrize("remote", [None, ""])
def test_who_has_no_address_is_one_caller(remote):
    assert came_from(remote, "203.0.113.9") == "None"


async def test_each_caller_behind_a_proxy_has_a_limit_of_their_own(
    stranger, desk, store, clock, serve
):
    limit = Allowances("address", Rate(1, 60), store.lots, clock)
    url = await serve(desk, limits=Limits(addresses=limit, proxies=[ip_network("127.0.0.0/8")]))
    stranger = replace(stranger, url=url)

    async def status(*said):
        headers = [("X-Forwarded-For", one) for one in said]
        return (await stranger.get("/api/tickets", headers=headers)).status

    assert await status("192.0.2.7") == 401
    assert await status("192.0.2.8") == 401
    # A lie in front of what the proxy adds changes nothing.
    assert await status("192.0.2.9, 192.0.2.7") == 429
    assert await status("192.0.2.9", "192.0.2.8") == 429
    assert await status("2001:db8::1") == 401
    assert await status("2001:db8::2") == 429


async def test_without_trusted_proxies_all_that_comes_from_one_is_one(
    stranger, desk, store, clock, serve
):
    limit = Allowances("address", Rate(1, 60), store.lots, clock)
    stranger = replace(stranger, url=await serve(desk, limits=Limits(addresses=limit)))

    answers = [
        await stranger.get("/api/tickets", headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(2)
    ]

    assert [answer.status for answer in answers] == [401, 429]
