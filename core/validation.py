"""What is wrong with a value, in words: pydantic's complaints as ends of sentences."""

import re

from pydantic_core import ErrorDetails

_KINDS = {
    "string_type": "text",
    "string_unicode": "text in UTF-8",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "list_type": "a list",
    "dict_type": "an object",
}


def complaint(found: ErrorDetails) -> str:
    """Such as "may not be blank", to be put after what is called so."""
    context = found.get("ctx", {})
    if (kind := _KINDS.get(found["type"])) is not None:
        return f"must be {kind}"
    match found["type"]:
        case "missing":
            return "is missing"
        case "string_too_short" if context["min_length"] == 1:
            return "may not be blank"
        case "string_too_short":
            return f"needs at least {context['min_length']} characters"
        case "string_too_long":
            return f"may have at most {context['max_length']} characters"
        case "enum" | "literal_error":
            return f"must be {context['expected'].replace(chr(39), '')}"
        case "greater_than_equal":
            return f"must be at least {context['ge']:g}"
        case "greater_than":
            return f"must be more than {context['gt']:g}"
        case "less_than":
            return f"must be less than {context['lt']:.10g}"
        case "less_than_equal":
            return f"must be at most {context['le']:.10g}"
        case "too_short":
            return f"needs at least {context['min_length']} of them"
        case "too_long":
            return f"may have {context['max_length']} of them at most"
        case "timezone_aware":
            return "must say its time zone, such as 2026-03-02T09:00:00Z"
        case "datetime_type" | "datetime_parsing" | "datetime_from_date_parsing":
            return "must be a time such as 2026-03-02T09:00:00Z"
        case "value_error":
            return str(context["error"])
        case _:
            return _in_pydantics_words(found["msg"])


def _in_pydantics_words(said: str) -> str:
    """For a kind of mistake that nothing here makes yet; it may quote nothing that was given."""
    found = re.match(r"Input should (be|have) [^'\"`]*$", said)
    return found[0].removeprefix("Input ").rstrip(".") if found else "is not as it must be"
