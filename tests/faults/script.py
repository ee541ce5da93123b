"""What people say, edit and delete on the day, minute by minute."""

BOT = "@HelpDesk"


def say(name, words, who, *, under=None):
    async def step(day):
        parent = day.said[under] if under else None
        channel = parent.channel if parent else "#general"
        day.said[name] = await day.slack.post(
            words, by=getattr(day.slack, who), channel=channel, thread_ts=parent and parent.ts
        )

    return step


def edit(name, words):
    async def step(day):
        said = day.said[name]
        await day.slack.edit(said, words, by=day.slack.workspace.people[said.user])

    return step


def delete(name):
    async def step(day):
        said = day.said[name]
        await day.slack.delete(said, by=day.slack.workspace.people[said.user])

    return step


# By minutes after eight. Nothing that is done hangs on what was done before.
SCRIPT = [
    (60, say("v1", "Since nine I cannot work", "ada", under="vpn")),
    (63, say("v2", "I see it, too", "ben", under="vpn")),
    (65, say("claim", f"{BOT} claim", "olga", under="vpn")),
    (70, say("v3", "The gateway is old", "olga", under="vpn")),
    (75, say("p1", "Which printer is it?", "amir", under="printer")),
    (80, say("p2", "The one on the 3rd floor", "ada", under="printer")),
    (85, edit("p2", "The one on the 4th floor")),
    (90, say("chat", "Who has lunch with me?", "ben")),
    (95, say("chat2", "I have", "amir", under="chat")),
    (100, say("note", f"{BOT} note Acme comes at two", "olga", under="printer")),
    (110, say("m1", "How slow?", "olga", under="mail")),
    (115, say("m2", "Minutes", "ben", under="mail")),
    (120, say("m3", "Forget that", "ben", under="mail")),
    (130, delete("m3")),
    (140, say("k1", "It was in my coat", "ben", under="key")),
    (150, say("beamer", f"{BOT} the projector is dark", "ben")),
    (155, say("b1", "It was fine on Friday", "ben", under="beamer")),
    (170, say("v4", "Acme says tomorrow", "amir", under="vpn")),
    (180, edit("v3", "The gateway is from 2009")),
    (200, say("p3", "We send somebody", "olga", under="printer")),
    (210, say("p4", "Thank you!", "ada", under="printer")),
    (240, edit("p1", "Which of the printers is it?")),
    (260, say("prio", f"{BOT} prio high", "olga", under="printer")),
    (300, say("v5", "Any news?", "ada", under="vpn")),
    (330, say("m4", "It is fast again", "ben", under="mail")),
    (340, say("done", f"{BOT} resolve we moved your mailbox", "amir", under="mail")),
    (400, say("v6", "Tomorrow is fine", "ada", under="vpn")),
]
