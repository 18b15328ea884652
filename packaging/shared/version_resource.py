"""What Windows shows of a program in its properties: scanners mistrust programs that say nothing of themselves."""

from PyInstaller.utils.win32.versioninfo import (
    FixedFileInfo,
    StringFileInfo,
    StringStruct,
    StringTable,
    VarFileInfo,
    VarStruct,
    VSVersionInfo,
)

ENGLISH, UNICODE = 0x0409, 1200


def version_resource(description: str, version: str) -> VSVersionInfo:
    numbers = (*(int(part) for part in version.split(".")), 0)
    strings = {
        "CompanyName": "Train at Home",
        "FileDescription": description,
        "FileVersion": version,
        "ProductName": "Train at Home",
        "ProductVersion": version,
        "LegalCopyright": "Apache 2.0",
    }
    table = StringTable(f"{ENGLISH:04x}{UNICODE:04x}", [StringStruct(name, text) for name, text in strings.items()])
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[StringFileInfo([table]), VarFileInfo([VarStruct("Translation", [ENGLISH, UNICODE])])],
    )
