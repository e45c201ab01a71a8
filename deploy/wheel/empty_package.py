"""The build backend of the empty package in pyproject.toml. It needs nothing, so that no index is asked for it."""

import os
import zipfile

NAME = "flowgate_hooks-0"
FILES = {
    "METADATA": "Metadata-Version: 2.1\nName: flowgate-hooks\nVersion: 0\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: flowgate\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"{NAME}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        for file, text in FILES.items():
            wheel.writestr(f"{NAME}.dist-info/{file}", text)
        record = [f"{NAME}.dist-info/{file},,\n" for file in (*FILES, "RECORD")]
        wheel.writestr(f"{NAME}.dist-info/RECORD", "".join(record))
    return name
