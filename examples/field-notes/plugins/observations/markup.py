"""From the records of a visit to Markdown."""

from pronghorn_site.plugins._species import count_in_words, link_to

# Written out: the names that Python knows depend on the machine's locale.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date_in_words(date):
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def make_markdown(title, text, records, pages):
    rows = [
        f"| {time} | {link_to(name, pages)} | {count_in_words(count)} | {remark.replace('|', '/')} |"
        for time, name, count, remark in records
    ]
    table = ["| Time | Species | Number | Remarks |", "|---|---|--:|---|", *rows]
    return "\n".join([f"# {title}", "", text, "", "## Records", "", *table, ""])
