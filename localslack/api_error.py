"""How what an app sends is refused: the error that it gets, and what is noted of it."""

from __future__ import annotations

from collections.abc import Sequence

from localslack.validation import Objection


class Refused(Exception):
    """The answer is an error. It is a problem too unless a well-made app could meet it."""

    def __init__(
        self,
        code: str,
        sentence: str = "",
        *,
        problem: bool = True,
        messages: Sequence[str] = (),
        status: int = 200,
        **more: str,
    ) -> None:
        super().__init__(sentence or code)
        self.code = code
        self.problem = problem
        self.status = status
        self.messages = list(messages) or ([f"[ERROR] {sentence}"] if sentence else [])
        self.more = more


def refuse_all(objections: Sequence[Objection]) -> None:
    if objections:
        messages = [str(each) for each in objections]
        raise Refused(objections[0].code, "; ".join(messages), messages=messages)
