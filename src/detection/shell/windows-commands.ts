/** Commands of Windows, and the text that their arguments begin with when it is more than prose: tested in lower case. */
const DRIVE = String.raw`[a-z]:(?:[\\/]|$)|\\\\|%\w+%|[\w.-]*\\[\w.*]|\.\.?[\\/]`;

const ARGUMENTS: readonly (readonly [string, string])[] = [
  ["dir", `$|/[a-z]|${DRIVE}`],
  ["type copy xcopy move del erase rmdir md ren robocopy icacls attrib cacls more findstr", DRIVE],
  [
    "start call",
    String.raw`${DRIVE}|(?:calc|cmd|notepad|powershell|mshta)(?:\.exe)?(?:$|\s)|[\w-]+\.(?:bat|cmd|exe|ps1|vbs)\b|https?:`,
  ],
  ["timeout", String.raw`/t\s|\d{1,3}\s+/nobreak`],
  ["ipconfig", "$|/"],
  ["systeminfo tasklist whoami hostname getmac", "$|/"],
  ["ver", "$"],
  ["net net1", String.raw`(?:users?|localgroup|group|view|share|start|use|accounts|config|stop)(?:$|\s)`],
  ["ping", "-[nt]"],
  ["reg", String.raw`(?:add|query|delete|save|export)\s+"?hk`],
  [
    "wmic",
    "(?:process|os|useraccount|service|product|computersystem|logicaldisk|qfe|bios|/node|startup|group|path)",
  ],
  ["sc", String.raw`(?:query|create|config|start|stop|delete|\\\\)`],
  ["schtasks", "/"],
  ["netsh", "(?:advfirewall|firewall|interface|wlan|winhttp)"],
  ["taskkill", "/"],
  ["cmd", "/[ckrv]"],
  ["for", String.raw`/[fdlr]\s|%%?[a-z]\s+in\s`],
  ["certutil", "-"],
  ["bitsadmin", "/transfer"],
  ["regsvr32", String.raw`/|\S+\.dll`],
  ["rundll32", String.raw`\S+\.dll|javascript:`],
  ["iwr irm invoke-webrequest invoke-restmethod", `["']?https?:|-uri`],
  ["mshta", "https?:|vbscript:|javascript:"],
  ["cscript wscript", String.raw`/|\S+\.(?:vbs|js)`],
  ["powershell pwsh", String.raw`-\w|\(|\w+-\w+|iex|\$`],
  ["nltest vssadmin wevtutil fsutil bcdedit diskpart quser", String.raw`$|/|\w`],
];

/** What an argument of a command of Windows begins with, by the command's name. */
export const WINDOWS_ARGUMENTS: ReadonlyMap<string, RegExp> = new Map(
  ARGUMENTS.flatMap(([names, argument]) => {
    const pattern = new RegExp(`^(?:${argument})`);
    return names.split(" ").map((name): [string, RegExp] => [name, pattern]);
  }),
);

/** Variables that Windows sets itself; their letters serve to spell names. */
export const WINDOWS_VARIABLES: ReadonlyMap<string, string> = new Map([
  ["comspec", "c:\\windows\\system32\\cmd.exe"],
  ["systemroot", "c:\\windows"],
  ["windir", "c:\\windows"],
  ["programfiles", "c:\\program files"],
  ["programdata", "c:\\programdata"],
  ["commonprogramfiles", "c:\\program files\\common files"],
  ["path", "c:\\windows\\system32;c:\\windows"],
  ["pathext", ".com;.exe;.bat;.cmd;.vbs"],
  ["public", "c:\\users\\public"],
  ["userprofile", "c:\\users\\user"],
  ["temp", "c:\\users\\user\\appdata\\local\\temp"],
  ["os", "windows_nt"],
]);
