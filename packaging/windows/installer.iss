; Inno Setup 6: one setup program, for the person who runs it, without an administrator.
;   iscc /DVersion=1.2.3 /DSource=..\..\dist\train-at-home /DOutput=..\..\dist packaging\windows\installer.iss
; SignTool is configured by the caller: iscc "/Ssigner=signtool sign ... $f"

#ifndef Version
  #error Say which version: /DVersion=1.2.3
#endif

[Setup]
AppId={{6C1B62C5-6F0E-4E39-9C3A-1B7C0C8D2A51}
AppName=Train at Home
AppVersion={#Version}
AppPublisher=Train at Home
; What {userpf} stands for; said in full, since Wine, where this is tried, does not know that name.
DefaultDirName={localappdata}\Programs\Train at Home
DefaultGroupName=Train at Home
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
DisableProgramGroupPage=yes
OutputDir={#Output}
OutputBaseFilename=train-at-home-{#Version}-windows-x86_64-setup
Compression=lzma2/normal
SolidCompression=yes
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\icons\app.ico
UninstallDisplayIcon={app}\train-at-home-window.exe
CloseApplications=yes
RestartApplications=no
ChangesEnvironment=yes
#ifdef Sign
SignTool=signer
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[InstallDelete]
; Libraries of an earlier version must not be found beside this one's.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\Train at Home"; Filename: "{app}\train-at-home-window.exe"; AppUserModelID: "org.trainathome.TrainAtHome"

[Registry]
; Links that invite to a network. After "--" nothing that a link holds is taken for an option.
Root: HKA; Subkey: "Software\Classes\train-at-home"; ValueType: string; ValueData: "URL:Train at Home"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\train-at-home"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\train-at-home\DefaultIcon"; ValueType: string; ValueData: "{app}\train-at-home-window.exe,0"
Root: HKA; Subkey: "Software\Classes\train-at-home\shell\open\command"; ValueType: string; ValueData: """{app}\train-at-home-window.exe"" -- ""%1"""

[Run]
Filename: "{app}\train-at-home-window.exe"; Description: "{cm:LaunchProgram,Train at Home}"; Flags: nowait postinstall skipifsilent

[UninstallRun]
Filename: "{app}\train-at-home.exe"; Parameters: "quit --wait"; Flags: runhidden; RunOnceId: "quit"
; The start with the session, which would look for the program at each login. Where there is none, nobody is told.
Filename: "{sys}\schtasks.exe"; Parameters: "/Delete /F /TN ""Train at Home"""; Flags: runhidden skipifdoesntexist; RunOnceId: "task"

[UninstallDelete]
; The engine and fetched versions are programs, so they go with the program. Settings and work only after a question.
Type: filesandordirs; Name: "{localappdata}\train-at-home\programs"

[CustomMessages]
en.RemoveOwn=Remove your settings and this computer's unfinished work too?%n%n%1%n%nThis computer's key stays in %2, as what it earned belongs to it.
en.Keychain=the Credential Manager
de.RemoveOwn=Auch deine Einstellungen und die unfertige Arbeit dieses Computers entfernen?%n%n%1%n%nDer Schlüssel dieses Computers bleibt in %2, denn ihm gehört, was verdient wurde.
de.Keychain=der Anmeldeinformationsverwaltung

[Code]
{ Whether anything but what is called Kept lies in the folder; with Take that is taken away. }
function Holds(Folder, Kept: String; Take: Boolean): Boolean;
var
  Found: TFindRec;
begin
  Result := False;
  if FindFirst(Folder + '\*', Found) then
    try
      repeat
        if (Found.Name <> '.') and (Found.Name <> '..') and (CompareText(Found.Name, Kept) <> 0) then
        begin
          Result := True;
          if Take then
            DelTree(Folder + '\' + Found.Name, Found.Attributes and FILE_ATTRIBUTE_DIRECTORY <> 0, True, True);
        end;
      until not FindNext(Found);
    finally
      FindClose(Found);
    end;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Own, Kept, Place: String;
begin
  if CurUninstallStep <> usPostUninstall then
    Exit;
  Own := ExpandConstant('{localappdata}\train-at-home');
  Kept := '';
  Place := CustomMessage('Keychain');
  { Where the Credential Manager was not to be had the key is a file in here. }
  if Holds(Own + '\keys', '', False) then
  begin
    Kept := 'keys';
    Place := Own + '\keys';
  end;
  if Holds(Own, Kept, False) then
    if SuppressibleMsgBox(FmtMessage(CustomMessage('RemoveOwn'), [Own, Place]), mbConfirmation, MB_YESNO or MB_DEFBUTTON2, IDNO) = IDYES then
      Holds(Own, Kept, True);
  RemoveDir(Own);
end;
