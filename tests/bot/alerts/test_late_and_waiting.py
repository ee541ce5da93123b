"""What was late before it waited is late still, and says what it waits for."""

from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.alerts.test_board import boards_in, sections
from tests.bot.conftest import button_names


async def test_its_alert_and_the_board_say_that_it_waits(slack, file, clock):
    await file()
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    [board] = await slack.until(lambda: boards_in(slack))

    def line():
        [lines] = sections(board).values()
        return lines[0].partition(" · since")[0] if lines else ""

    await slack.command("wait 1 for Acme & Co", by=slack.olga)
    await slack.until(lambda: "It is waiting" in alert.text)
    said, offered = alert.text, button_names(alert)
    await slack.until(lambda: "waiting for Acme & Co" in line())
    waits = line()
    await slack.command("start 1", by=slack.olga)
    await slack.until(lambda: "It is waiting" not in alert.text)
    await slack.until(lambda: "T-1" in line() and "waiting" not in line())

    assert said == ("*T-1 is late:* VPN is down\n*Nobody has it.* It is waiting for Acme &amp; Co.")
    assert "acknowledge" in offered
    assert waits == "• T-1 VPN is down · nobody has it · waiting for Acme & Co"
