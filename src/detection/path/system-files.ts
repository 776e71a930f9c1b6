/** Files and directories of operating systems, in lower case, by the directory that they are in. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Below the root of a Unix system: names under which something secret or revealing stands. */
export const UNIX: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "etc",
    words(
      "passwd passwd- shadow shadow- master.passwd group group- gshadow hosts hosts.allow hosts.deny hostname " +
        "issue issue.net sudoers sudoers.d crontab cron.d fstab mtab motd resolv.conf mysql my.cnf ssh apache " +
        "apache2 httpd nginx lighttpd php php.ini php5 php7 php8 php-fpm.d environment os-release redhat-release " +
        "debian_version lsb-release bashrc profile inetd.conf nsswitch.conf security sysconfig systemd vsftpd.conf " +
        "proftpd proftpd.conf pure-ftpd samba openvpn wireguard exports networks inittab netplan " +
        "postgresql redis tomcat ldap krb5.conf aliases anacrontab at.allow at.deny bootptab ftpchroot ftpusers " +
        "ftpaccess logrotate.d modules.conf termcap wu-ftpd pam.d rsyslog.conf syslog.conf ntp.conf sysctl.conf",
    ),
  ],
  ["proc", words("self version cpuinfo cmdline mounts meminfo net sched_debug config.gz modules partitions")],
]);

/** Below `/var`, `/usr/local` and the like: directories of which every file counts. */
export const UNIX_DEEP: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["var", words("log www mail spool backups")],
  ["run", words("secrets")],
]);

/** Directories of which files of configuration and logs count. */
export const UNIX_TREES = words(
  "etc var usr opt srv root boot sys home volumes apache apache2 httpd nginx mysql php logs conf",
);

/** Below the directory of Windows. */
export const WINDOWS = words(
  "win.ini system.ini php.ini my.ini system32 syswow64 repair panther debug system.dat explorer.exe inf iis.log",
);
export const WINDOWS_ROOTS = words("windows winnt win95 win98");
/** Directories of programs on a drive of Windows. */
export const WINDOWS_TREES = words("xampp wamp wamp64 apache apache2 apache24 mysql php inetpub");
export const WINDOWS_FILES = words("boot.ini ntldr pagefile.sys autoexec.bat");

/** Endings of files of configuration, logs and databases. */
export const REVEALING_ENDINGS = words("conf cnf cfg ini log key pem htpasswd passwd shadow");
export const REVEALING_NAMES = words(
  "access_log error_log access.log error.log passwd shadow httpd.conf.php",
);

/** Files of servers that a value names by no accident, wherever they are. */
export const SERVER_FILES = words(
  "php.ini httpd.conf access_log error_log access.log error.log my.cnf nginx.conf apache2.conf lighttpd.conf " +
    "vsftpd.conf proftpd.conf sshd_config",
);

/** Files and directories with secrets of an application that a step up leads to. */
export const SECRET_FILES = words(
  "web.config wp-config.php wp-config .env .htpasswd .htaccess id_rsa id_dsa id_ecdsa id_ed25519 passwd shadow " +
    "config.inc.php configuration.php localsettings.php database.yml secrets.yml master.key .git-credentials .npmrc " +
    ".netrc .pgpass my.cnf php.ini httpd.conf nginx.conf tomcat-users.xml .bash_history authorized_keys win.ini " +
    "boot.ini system.ini web-inf access_log error_log",
);
export const SECRET_DIRECTORIES = words("web-inf .git .svn .ssh .aws .kube .gnupg");

/** Files that a value needs no step up for, by the directory that they are in; `""` for any. */
export const APPLICATION_FILES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["", words("wp-config.php .htpasswd .htaccess .env id_rsa id_dsa id_ecdsa id_ed25519")],
  ["web-inf", words("web.xml classes lib")],
  ["meta-inf", words("context.xml maven")],
  [".git", words("config head index")],
]);

/** Endings of what programs and pages refer to by relative paths every day. */
export const ORDINARY_ENDINGS = words(
  "ts tsx mts cts js jsx mjs cjs vue svelte css scss sass less json map md mdx html htm png jpg jpeg gif svg webp ico " +
    "woff woff2 ttf go rs c h cpp hpp cs swift kt proto graphql",
);
/** Directories that relative paths of programs lead to. */
export const ORDINARY_DIRECTORIES = words(
  "src lib node_modules packages dist test tests docs assets images components",
);
