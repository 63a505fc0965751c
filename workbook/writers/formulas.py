"""Cell formulas of the derived fields: each stands here once; a test recalculates them and holds them against `derive`."""

from decimal import Decimal

from workbook.figures import plain


def quotient(top: str, bottom: str) -> str:
    """Return the formula of a rate over two cells: 不适用 for a blank or zero divisor, four decimals."""
    return f'=IF(OR({top}="",{bottom}="",N({bottom})=0),"不适用",ROUND({top}/{bottom},4))'


def execution_score(weight: str, executed: str, budget: str) -> str:
    """Return the formula of 执行率得分: 分值 × 执行率, between 0 and 分值, two decimals."""
    rate = f"MAX(0,MIN(1,{executed}/{budget}))"
    return f'=IF(OR({weight}="",{executed}="",{budget}="",N({budget})=0),"不适用",ROUND({weight}*{rate},2))'


def share_of_weight(weight: str, degree: Decimal) -> str:
    """Return the formula of an indicator's score: 分值 × degree of completion (a fraction), two decimals."""
    return f"=ROUND({weight}*MAX(0,MIN(1,{plain(degree)})),2)"


def total(cells: list[str]) -> str:
    """Return the formula of a sum over single cells and ranges."""
    return f"=SUM({','.join(cells)})"


def difference(whole: str, parts: list[str]) -> str:
    """Return the formula that shows by how much a whole differs from its parts; nothing where all is blank."""
    return f'=IF({whole}="","",ROUND({whole}-SUM({",".join(parts)}),2))'
