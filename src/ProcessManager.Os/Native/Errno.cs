using System.Globalization;
using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>The error numbers of Linux (the same on x86-64 and arm64), with their names and libc's words for them.</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int E2BIG = 7;
    public const int ENOEXEC = 8;
    public const int EBADF = 9;
    public const int ECHILD = 10;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ETXTBSY = 26;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int EPIPE = 32;
    public const int ERANGE = 34;
    public const int ENAMETOOLONG = 36;
    public const int ELOOP = 40;
    public const int EDQUOT = 122;

    private static readonly string?[] Names =
    [
        null, "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD", "EAGAIN", "ENOMEM", "EACCES", "EFAULT", "ENOTBLK",
        "EBUSY", "EEXIST", "EXDEV", "ENODEV", "ENOTDIR", "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS",
        "EMLINK", "EPIPE", "EDOM", "ERANGE", "EDEADLK", "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY", "ELOOP",
    ];

    /// <summary><c>ENOENT</c>; <c>errno 200</c> for one without a name here.</summary>
    public static string Name(int errno) => errno switch
    {
        EDQUOT => "EDQUOT",
        74 => "EBADMSG",
        75 => "EOVERFLOW",
        80 => "ELIBBAD",
        110 => "ETIMEDOUT",
        116 => "ESTALE",
        > 0 and <= ELOOP => Names[errno]!,
        _ => "errno " + errno.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary><c>ENOENT: No such file or directory</c>.</summary>
    public static string Describe(int errno) => $"{Name(errno)}: {Marshal.GetPInvokeErrorMessage(errno)}";

    /// <summary>Those that go away by themselves, so that the same start may succeed a second later.</summary>
    public static bool IsTransient(int errno) => errno is EAGAIN or ENOMEM or EMFILE or ENFILE or ETXTBSY;
}
