"""What is read in answers over REST."""


def code(answer):
    """Which error it tells of."""
    return answer.body["error"]["code"]
