/**
 * Words that the scorer distinguishes; it knows every other word by its shape only. The lists are kinds of words: besides the word
 * itself, the scorer sees its kind. Lower case; a word in two lists is of the first. Their order numbers the tokens, so weights
 * hold for these very lists: train again after a change.
 */
const KINDS: readonly string[] = [
  // Connectives of SQL, ordinary English words too
  "and or not like in is as on by all between from where into set when then else end case having order group limit join exists",
  // Verbs of SQL
  "select union insert update delete drop alter create truncate distinct exec execute declare procedure shutdown merge replace grant",
  // Things of SQL
  "table database schema values offset asc desc null true false xor rlike regexp dual rownum top outfile dumpfile information_schema sysobjects syscolumns sqlite_master users user version password username login admin current_user session_user system_user tables columns pg_shadow mysql analyse",
  // Functions of SQL
  "cast convert char nchar varchar chr ascii ord substr substring mid concat concat_ws group_concat length hex unhex ifnull nullif coalesce sleep benchmark waitfor delay pg_sleep dbms_pipe load_file extractvalue updatexml xmltype xp_cmdshell sp_executesql row_count count min max mod utl_http utl_inaddr sysdate now if iif elt make_set randomblob",
  // Commands
  "cat ls id whoami uname echo printf curl wget ping nc ncat netcat bash sh zsh ksh cmd powershell ps pwd head tail more less nl tac rev sed awk grep find xargs env export chmod chown rm mv cp mkdir touch kill sudo su base64 nslookup dig host ifconfig ipconfig netstat net dir type copy del python python3 perl ruby node lua gcc telnet tftp ssh scp tee sort uniq timeout busybox source getent reg certutil exe",
  // Files and folders of systems
  "etc passwd shadow hosts group issue proc self environ cmdline fd var log bin usr tmp dev tcp udp home boot ini root htaccess htpasswd conf config web inf id_rsa authorized_keys bash_history git access error apache nginx system32 windows winnt win ifs path system sam drivers",
  // Elements of HTML
  "script iframe img svg math body html style link meta base form input button textarea option object embed applet video audio marquee details dialog isindex frameset frame animate animatetransform foreignobject template keygen image bgsound xmp layer noscript title",
  // Elements that people write
  "div span p a b i u br hr li ul ol td tr th h1 h2 h3 em strong pre code center font blockquote tbody thead",
  // Attributes of HTML
  "src href srcdoc xlink action formaction data background poster class name value content width height alt rel target autofocus contenteditable tabindex accesskey equiv refresh xmlns onerror onload onclick onfocus onmouseover ontoggle onstart",
  // Script addresses and what scripts call
  "javascript vbscript livescript alert prompt confirm eval settimeout setinterval innerhtml outerhtml fromcharcode atob btoa write writeln fetch import constructor expression behavior binding",
  // Things and words of JavaScript
  "function window document cookie location parent this globalthis console require process mainmodule child_process execsync spawnsync spawn prototype __proto__ new return let const typeof void throw string array json global url await filter map tostring constructor domain localstorage open reflect",
  // PHP
  "php phpinfo passthru shell_exec popen proc_open assert preg_replace create_function call_user_func file_get_contents base64_decode gzinflate str_rot13 include include_once require_once fopen fwrite readfile unserialize print_r var_dump die _get _post _request _server _cookie _files globals expect phar zip zlib glob ogg memory temp allow_url_include auto_prepend_file",
  // Java and expressions of its templates
  "java javax lang util runtime getruntime processbuilder classloader forname getclass getmethod invoke newinstance jndi rmi dns iiop corba nis lower upper sys ctx servlet springframework ognl freemarker velocity ognlcontext memberaccess inputstream bufferedreader ysoserial scriptengine",
  // Python, Ruby and other templates
  "__class__ __mro__ __subclasses__ __globals__ __builtins__ __init__ __import__ __base__ __bases__ __getitem__ os subprocess lipsum cycler joiner request item getattr attr render_template registerundefinedfiltercallback erb file io kernel smarty twig assign range session application param response",
  // Directives of servers and of XML
  "printenv virtual doctype entity public element attlist cdata xinclude xi xsl stylesheet esi includes",
  // Operators of queries in JSON, of LDAP
  "ne eq gt gte lt lte nin regex elemmatch expr jsonschema mapreduce db tojson objectclass cn uid mail ou dc",
  // Schemes
  "http https ftp gopher dict sftp jar netdoc ldap ldaps mailto smb",
  // Hosts
  "localhost internal metadata latest computemetadata google amazonaws burpcollaborator interact oast nip",
];

/** Each word once, with the number of its kind. */
export const KEYWORDS: ReadonlyMap<string, number> = new Map(
  KINDS.flatMap((words, kind) => words.split(" ").map((word): [string, number] => [word, kind])).reverse(),
);

/** Words that hold sentences together. They are one token. */
export const FUNCTION_WORDS: readonly string[] =
  "the of to it was for with his her he she they we you be at have are but had which one were been has their would there what will could its who them some than about can only other time two may do first any my such over our even most me after also did many before must through how well should very just those your good please thanks hello no yes so up out an that these because while"
    .split(" ")
    .filter((word) => !KEYWORDS.has(word));
