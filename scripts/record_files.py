"""The files of records, which are packed by gzip where they are large."""

import gzip
import pathlib


def there(path):
    """The file that holds what `path` names, packed or not; None where there is neither."""
    return next((one for one in (pathlib.Path(path), pathlib.Path(f"{path}.gz")) if one.exists()), None)


def text(path):
    """Its text."""
    file = there(path)
    if file is None:
        raise FileNotFoundError(path)
    return gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text(encoding="utf-8")


def found(folder, pattern):
    """The paths below a folder that match, as `text` takes them."""
    folder = pathlib.Path(folder)
    return sorted([*folder.glob(pattern), *(one.with_suffix("") for one in folder.glob(f"{pattern}.gz"))])
