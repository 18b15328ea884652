# Signs every program and library of a folder, and the setup program: sign.ps1 dist\train-at-home
# Microsoft's cloud signing (Trusted Signing), which SmartScreen trusts; its dlib and metadata.json come with the
# account. For a certificate on a token replace /dlib and /dmdf by /sha1 THUMBPRINT.
param([Parameter(Mandatory)] [string] $Target)
$ErrorActionPreference = "Stop"

foreach ($name in "SIGNING_DLIB", "SIGNING_METADATA") {
    if (-not (Test-Path "env:$name")) { throw "Set $name to the file that came with the signing account." }
}
$files = if (Test-Path $Target -PathType Container) {
    Get-ChildItem -Path $Target -Recurse -Include *.exe, *.dll, *.pyd |
        Where-Object { (Get-AuthenticodeSignature $_.FullName).Status -ne "Valid" } |
        ForEach-Object { $_.FullName }
} else { , (Resolve-Path $Target).Path }

for ($first = 0; $first -lt $files.Count; $first += 50) {
    $some = $files[$first..([Math]::Min($first + 49, $files.Count - 1))]
    & signtool sign /v /fd SHA256 /tr http://timestamp.acs.microsoft.com /td SHA256 `
        /dlib $env:SIGNING_DLIB /dmdf $env:SIGNING_METADATA $some
    if ($LASTEXITCODE -ne 0) { throw "signtool failed." }
}
& signtool verify /pa /all $files[0]
if ($LASTEXITCODE -ne 0) { throw "The signature does not verify." }
