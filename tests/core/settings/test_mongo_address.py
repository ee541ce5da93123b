"""MONGO_URI: the driver merely warns of much that it leaves out; here it stops the start."""

import warnings

import pytest
from pymongo import AsyncMongoClient, uri_parser

from core.settings.mongo_address import DECIDED, LIMITS, complaint
from core.store.connection import OPTIONS

GOOD = [
    "mongodb://host",
    "mongodb://host/",
    "mongodb://host:27018/helpdesk",
    "mongodb://host/?replicaSet=name",
    "mongodb://host?replicaSet=name",
    "mongodb://one,two:27018,three.example.com/helpdesk?replicaset=name",
    "mongodb://[::1]:27017/helpdesk",
    "mongodb://10.0.0.1/desk-2_b",
    "mongodb://ada:p%40ss%3A%2F@host/helpdesk?authSource=admin",
    "mongodb://ada:pass@host/helpdesk?authMechanism=SCRAM-SHA-256&tls=true",
    "mongodb://CN%3Dada@host/helpdesk?authMechanism=MONGODB-X509&tls=true",
    "mongodb://host/helpdesk?w=majority&journal=true&retryWrites=true&readConcernLevel=majority",
    "mongodb://host/helpdesk?maxPoolSize=20&directConnection=true",
    "mongodb+srv://ada:pass@cluster0.example.net/?retryWrites=true&w=majority&appName=Cluster0",
    "mongodb+srv://cluster.example.com/helpdesk?srvMaxHosts=3&appName=desk",
    "mongodb+srv://cluster.example.com/helpdesk?srvServiceName=desk",
    "mongodb://%2Ftmp%2Fmongod.sock/helpdesk?directConnection=true",
]
# What is wrong, and a word of what is said.
BAD = {
    "canary": "must be an address such as",
    "host:27017/helpdesk": "must be an address such as",
    "http://host/helpdesk": "must be an address such as",
    "MONGODB://host/helpdesk": "must be an address such as",
    "mongodb://host /helpdesk": "must be an address such as",
    "mongodb://ho\nst/helpdesk": "must be an address such as",
    "mongodb://": "no host",
    "mongodb:///helpdesk": "no host",
    "mongodb://ada:canary@/helpdesk": "no host",
    "mongodb://one,/helpdesk": "no host",
    "mongodb://host:/helpdesk": "a host that cannot be one",
    "mongodb://host:port/helpdesk": "a host that cannot be one",
    "mongodb://::1/helpdesk": "a host that cannot be one",
    "mongodb://host;two/helpdesk": "a host that cannot be one",
    "mongodb://host:99999/helpdesk": "does not take",
    "mongodb://ada:can@ry@host/helpdesk": "%40",
    "mongodb://ada:can:ry@host/helpdesk": "%3A",
    "mongodb://ada:can/ary@host/helpdesk": "%2F",
    "mongodb://ada:can?ary@host/helpdesk": "%3F",
    "mongodb://ada:can#ary@host/helpdesk": "%23",
    "mongodb://ada:can%ary@host/helpdesk": "%25",
    "mongodb://ada@host/helpdesk": "without a password",
    "mongodb://ada:@host/helpdesk": "without a password",
    "mongodb://:canary@host/helpdesk": "no user name",
    "mongodb://ada:<canary>@host/helpdesk": "placeholder",
    "mongodb://ada:${canary}@host/helpdesk": "placeholder",
    "mongodb+srv://cluster.example.com:27017/helpdesk": "no port",
    "mongodb+srv://one.example.com,two.example.com/helpdesk": "one name",
    "mongodb+srv://localhost/helpdesk": "one name",
    "mongodb+srv://10.0.0.1/helpdesk": "one name",
    "mongodb+srv://cluster.example.com/?directConnection=true": "no directConnection",
    "mongodb://host/replicaSet=canary": "come after a ?",
    "mongodb://host/helpdesk&replicaSet=canary": "come after a ?",
    "mongodb://host/helpdesk.canary": "database's name",
    "mongodb://host/help%20canary": "database's name",
    "mongodb://host/helpdesk/": "database's name",
    "mongodb://host/$canary": "database's name",
    "mongodb://host/" + "a" * 64: "database's name",
    "mongodb://host/admin": "authSource=admin",
    "mongodb://host/local": "MongoDB's own",
    "mongodb://host/config": "MongoDB's own",
    "mongodb://host/helpdesk?canary=1": "does not know",
    "mongodb://host/helpdesk?replicatSet=canary": "is replicaset meant?",
    "mongodb://host/helpdesk?authsorce=canary": "is authsource meant?",
    "mongodb://host/helpdesk?replicaSet": "does not take",
    "mongodb://host/helpdesk?tls=canary": "tls with a value",
    "mongodb://host/helpdesk?retryReads=canary": "retryReads with a value",
    "mongodb://host/helpdesk?tlsCAFile=/canary": "tlsCAFile with a value",
    "mongodb://host/helpdesk?maxPoolSize=canary": "maxPoolSize with a value",
    "mongodb://host/helpdesk?authMechanism=canary": "authMechanism with a value",
    "mongodb://host/helpdesk?compressors=canary": "compressors with a value",
    "mongodb://host/helpdesk?replicaSet=a&replicaset=b": "twice",
    "mongodb://host/helpdesk?tls=true&ssl=false": "together",
    "mongodb://one,two/helpdesk?directConnection=true": "together",
    "mongodb://host/helpdesk?w=1": "another w than majority",
    "mongodb://host/helpdesk?w=0": "another w than majority",
    "mongodb://host/helpdesk?journal=false": "another journal than true",
    "mongodb://host/helpdesk?retryWrites=false": "another retryWrites than true",
    "mongodb://host/helpdesk?readConcernLevel=local": "another readConcernLevel than majority",
    "mongodb://host/helpdesk?readPreference=secondary": "another readPreference than primary",
    "mongodb://host/helpdesk?timeoutMS=60000": "time limits of its own",
    "mongodb://host/helpdesk?socketTimeoutMS=60000": "time limits of its own",
    "mongodb://host/helpdesk?wtimeoutMS=1": "time limits of its own",
}


@pytest.mark.parametrize("uri", GOOD)
def test_an_address_that_the_driver_takes_whole_is_taken(uri):
    assert complaint(uri) is None


@pytest.mark.parametrize(("uri", "said"), BAD.items())
def test_what_would_be_left_out_or_lost_is_refused_and_not_shown(uri, said):
    refusal = complaint(uri)

    assert said in refusal
    assert "anary" not in refusal
    assert "ary@" not in refusal


def test_what_is_collected_meanwhile_says_nothing_of_the_address(monkeypatch):
    real = uri_parser.split_options

    def split(*given, **options):
        warnings.warn("unclosed socket", ResourceWarning, stacklevel=1)
        return real(*given, **options)

    monkeypatch.setattr(uri_parser, "split_options", split)
    assert complaint("mongodb://host/?replicaSet=name") is None


def test_whatever_the_desk_sets_itself_is_refused_or_used():
    ours = {name.lower() for name in OPTIONS}

    assert ours - set(DECIDED) - LIMITS == {"appname", "tz_aware"}


async def test_the_address_names_who_connects(another_store, mongo_uri, raw_client):
    store = await another_store(f"{mongo_uri}&appName=canary")
    await store.answers()

    found = raw_client.admin.aggregate([{"$currentOp": {"idleConnections": True}}])

    assert "canary" in [operation.get("appName") async for operation in await found]


def test_the_store_takes_the_same_addresses_as_the_driver():
    for uri in GOOD:
        if "srv" not in uri:
            AsyncMongoClient(uri, **OPTIONS)
