"""Pages from .trk files: the binary tracks of a logger that notes position, temperature and salinity of water.

The page shows a map of the way, the curve of each reading, and a table, drawn from the file's numbers.
"""

from pronghorn import Content, Metadata, Place, SourceError

from .decoding import BrokenTrackError, decode
from .page import make_html


def read(page):
    try:
        track = decode(page.source.read_bytes())
    except BrokenTrackError as error:
        raise SourceError(str(error), place=Place(page.source.path)) from error
    facts = {
        "type": "track",
        "title": track.title,
        "date": track.start.date(),
        "start": track.start,
        "minutes": track.minutes,
        "metres": round(track.metres),
        "latitude": track.points[0].latitude,
        "longitude": track.points[0].longitude,
    }
    return Metadata(facts), Content("html", make_html(track))


def register_plugin(site):
    # None: the URL is the business of `pretty_urls`.
    site.readers.register_reader(condition=lambda path: path.ext == "trk", read=read)
