"""Tickets whose documents are nearly as large as a document may be."""

MIB = 2**20
# What MongoDB holds in one document.
WHOLE = 16 * MIB


async def fill(database, number, *, to):
    """Makes a ticket's document exactly so many bytes long."""
    tickets, which = database["tickets"], {"number": number}
    await tickets.update_one(which, {"$set": {"padding": ""}})
    size = [{"$match": which}, {"$project": {"size": {"$bsonSize": "$$ROOT"}}}]
    [row] = await (await tickets.aggregate(size)).to_list()
    await tickets.update_one(which, {"$set": {"padding": "x" * (to - row["size"])}})


async def emptied(database, number):
    await database["tickets"].update_one({"number": number}, {"$unset": {"padding": ""}})
