/** Names of hosts, in lower case. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

export const METADATA_NAMES = words(
  "metadata metadata.google.internal metadata.goog metadata.google metadata.azure.com metadata.azure.internal " +
    "metadata.tencentyun.com metadata.packet.net metadata.platformequinix.com metadata.nic.aws instance-data " +
    "instance-data.ec2.internal rancher-metadata metadata.oraclecloud.com kubernetes.default kubernetes.default.svc " +
    "kubernetes.default.svc.cluster.local",
);

export const LOOPBACK_NAMES = words(
  "localhost localhost.localdomain localhost4 localhost6 ip6-localhost ip6-loopback localhost6.localdomain6 loopback",
);

/** Public domains of which every name leads to the host itself. */
export const LOOPBACK_DOMAINS = words(
  "localtest.me lvh.me vcap.me lacolhost.com fuf.me local.gd localho.st yoogle.com smackaho.st 127-0-0-1.org.uk",
);
/** Public domains whose names hold the address that they lead to. */
export const RESOLVER_DOMAINS = words(
  "nip.io sslip.io xip.io traefik.me local-ip.co rbndr.us 1u.ms ip.me.uk",
);

/** Schemes with which other protocols than HTTP are spoken. */
export const DANGEROUS_SCHEMES = words(
  "gopher dict netdoc ldap ldaps tftp sftp rmi smb telnet imap imaps pop3 pop3s local_file view-source jar",
);
/** Schemes whose URLs browsers read with any number of slashes of either kind. */
export const WEB_SCHEMES = words("http https ftp ftps ws wss");

/** Ports of services within a host or network that no browser speaks to. */
export const INTERNAL_PORTS = words(
  "21 22 23 25 110 111 135 139 143 389 445 2049 2375 2376 2379 2380 3306 4194 5432 5984 6379 10250 10255 11211 27017",
);

/** Last labels of names that sites have. */
export const SITE_ENDINGS = words(
  "com net org edu gov mil info biz io co dev app me ai cc tv xyz online site shop store club top cloud example test " +
    "localhost internal uk de fr jp cn ru br in au us eu it es nl pl ca ch at be se no dk fi cz kr tw mx ar za tr ua",
);
/** Last labels that are endings of files, not of names. */
export const FILE_ENDINGS = words(
  "html htm php asp aspx jsp js mjs css map json xml txt md png jpg jpeg gif svg webp ico pdf zip gz mp4 mp3 woff woff2 " +
    "ts tsx jsx py rb java go rs c h sh yml yaml ini conf log csv cgi pl swf",
);

/** Names of arguments that may say where to go next. */
export const REDIRECT_NAMES = words(
  "next url uri redirect redir redirect_uri redirect_url redirecturl redirecturi return returnurl return_url returnto " +
    "return_to returnpath return_path continue continueto dest destination destinationurl goto go to target targeturl " +
    "out login_url logout success successurl success_url failure failureurl callback callbackurl callback_url " +
    "forward forwardurl forward_url backurl back_url back relaystate rurl location service checkout_url nexturl " +
    "next_url",
);
/** Those that mean nothing else. */
export const FRONT_NAMES = words(
  "next redirect redir redirect_uri redirect_url redirecturl redirecturi return returnurl return_url returnto " +
    "return_to returnpath return_path continue continueto dest destination goto forward forwardurl forward_url " +
    "backurl back_url relaystate nexturl next_url",
);

/** Names under which shells for web servers go. */
export const SHELL_NAMES = words(
  "c99 c100 r57 wso wso2 b374k shell webshell cmd backdoor bypass indoxploit alfa alfashell id r0nin simattacker " +
    "c99shell r57shell phpshell locus7s weevely p0wny evil rfi exploit",
);
export const SCRIPT_ENDINGS = words("php php3 php4 php5 php7 phtml txt asp aspx jsp jspx sh pl cgi py");
