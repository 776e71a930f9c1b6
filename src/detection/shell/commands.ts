/**
 * What a command does, as far as it tells which arguments it is called with. `plain` stands for names that are words of
 * English too: they need more than others before they count.
 */
export type Habit =
  | "reads"
  | "plain reads"
  | "downloads"
  | "connects"
  | "asks"
  | "tells"
  | "tells briefly"
  | "plain tells"
  | "shell"
  | "interprets"
  | "waits"
  | "changes"
  | "plain changes"
  | "prints"
  | "administers"
  | "wraps";

const NAMES: readonly (readonly [Habit, string])[] = [
  [
    "reads",
    "cat tac nl od xxd hexdump base64 base32 strings grep egrep fgrep zcat zgrep bzcat xzcat awk gawk mawk sed diff cmp rev uniq tee readlink realpath stat md5sum sha1sum sha256sum iconv hd pr vi vim nano ed xz gzip bzip2 zip unzip tar",
  ],
  [
    "plain reads",
    "more less head tail sort cut paste fold join split look file find strings fmt expand comm column",
  ],
  ["downloads", "wget curl lwp-download lynx w3m axel aria2c fetch"],
  ["connects", "nc ncat netcat telnet ssh scp sftp ftp tftp rsync socat openssl"],
  ["asks", "ping ping6 nslookup dig host traceroute tracepath nmap arp whois"],
  [
    "tells",
    "whoami ifconfig uname netstat lsof lsb_release lscpu dmesg hostnamectl getent lsmod dpkg rpm iptables vmstat lsblk",
  ],
  ["tells briefly", "id ls pwd ps hostname df ss du printenv ip route"],
  [
    "plain tells",
    "date who w last free uptime history groups mount jobs arch set export finger tty users alias top cd",
  ],
  ["shell", "sh bash zsh ksh dash ash csh tcsh fish rbash"],
  [
    "interprets",
    "python python2 python3 perl ruby php node nodejs lua tclsh irb deno bun java gcc jjs Rscript gdb",
  ],
  ["waits", "sleep usleep"],
  [
    "changes",
    "rm chmod chown chgrp mkdir rmdir cp mv ln dd mkfifo mknod truncate shred unlink chattr pkill killall",
  ],
  ["plain changes", "touch kill install shutdown reboot halt poweroff source ."],
  ["prints", "echo printf"],
  [
    "administers",
    "useradd adduser usermod userdel groupadd crontab systemctl service passwd visudo mysql mysqldump psql sqlite3 redis-cli docker kubectl git apt apt-get yum apk pip npm at insmod modprobe",
  ],
  [
    "wraps",
    "sudo doas env nohup time busybox xargs exec command builtin nice ionice stdbuf timeout setsid coproc eval then do watch chroot unbuffer toybox",
  ],
];

/** By name. */
export const HABITS: ReadonlyMap<string, Habit> = new Map(
  NAMES.flatMap(([habit, names]) => names.split(" ").map((name): [string, Habit] => [name, habit])),
);
