"""等级 from 总分."""

from decimal import Decimal

from workbook.model.scheme import Scheme


def grade(score: Decimal | None, scheme: Scheme) -> str | None:
    """Return 优, 良, 中 or 差 by the scheme's half-open bands (89.5 is 良); None without a score (财预〔2020〕10号)."""
    if score is None:
        return None
    bands = sorted(scheme.rows("grade.bands"), key=lambda band: band[1], reverse=True)
    return next((str(name) for name, least in bands if score >= least), str(bands[-1][0]))
