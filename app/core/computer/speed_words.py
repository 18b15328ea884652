"""What a speed check came to, in words."""

from app.core.computer.speed import CARD_FLOPS, Measured, Measuring
from app.core.language.speech import _, figure, large_count


def progress_text(state: Measuring, celsius: float | None) -> str:
    """The line under the bar; the temperature where a sensor tells one."""
    if state.line_under_way:
        text = _("Measuring the internet line…")
    elif not state.device:
        text = _("Starting the training engine…")
    elif not state.speeds:
        text = _("Warming up…")
    else:
        text = _("Measuring: {speed} tokens a second").format(speed=figure(state.speeds[-1], ",.0f"))
    return text if celsius is None else f"{text} · {celsius_text(celsius)}"


def celsius_text(celsius: float) -> str:
    return _("{celsius} °C").format(celsius=round(celsius))


def range_text(result: Measured) -> str:
    """Two figures are all that such a check is good for."""
    low, high = (large_count(_rounded(end)) for end in (result.low_tokens_per_hour, result.high_tokens_per_hour))
    number, _space, unit = low.partition(" ")
    same_unit = unit and high.endswith(f" {unit}")
    return _("{low} to {high} tokens an hour").format(low=number if same_unit else low, high=high)


def meaning_text(result: Measured) -> str:
    """What the range is worth."""
    text = _(
        "A token is a piece of a word. This was a small test part with {weights} weights; a real part is larger and "
        "takes longer for each token. The lower figure allows for waiting for other computers."
    ).format(weights=large_count(result.parameters))
    if result.unsteady:
        text += " " + _("Other programs were busy meanwhile; in a quiet hour it may be more.")
    return text


def earning_text(result: Measured) -> str:
    """Honest above all where it is little. Pay goes by work, so work is what is compared."""
    times = CARD_FLOPS / max(result.flops_per_second, 1.0)
    if result.earns_little:
        return _(
            "This computer will earn little: a gaming graphics card of the middle class does about {times} times as "
            "much. Its work counts all the same."
        ).format(times=figure(float(f"{times:.1g}"), ",.0f"))
    if times >= 2:
        return _("A gaming graphics card of the middle class does about {times} times as much.").format(
            times=figure(times, ",.0f")
        )
    return _("That is about as much as a gaming graphics card of the middle class does, or more.")


def _rounded(number: float) -> float:
    """To two figures."""
    return float(f"{number:.2g}")
