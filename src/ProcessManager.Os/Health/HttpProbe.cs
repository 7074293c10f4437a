using System.Buffers;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace ProcessManager.Os;

/// <summary>
/// Asks over HTTP, and takes no harm whatever answers: redirects and proxies are not followed, headers are read up to 64 KiB and of a body as much, and only when a text is
/// looked for in it. A connection is used again for as long as the next time comes within seconds, and for a minute at most.
/// </summary>
internal sealed class HttpProbe : IDisposable
{
    private const int MostRead = 64 << 10;

    private static readonly Dictionary<string, HttpMethod> Methods = new(StringComparer.Ordinal) { ["GET"] = HttpMethod.Get, ["HEAD"] = HttpMethod.Head };

    private readonly Lazy<HttpMessageInvoker> _strict = new(() => Client(anyCertificate: false));
    private readonly Lazy<HttpMessageInvoker> _lax = new(() => Client(anyCertificate: true));

    public AskProbe Of(ProbeTarget.Http target)
    {
        var url = new Uri(target.Url);
        var method = Methods.GetValueOrDefault(target.Method) ?? new HttpMethod(target.Method);
        var wanted = target.Contains is { } text ? Encoding.UTF8.GetBytes(text) : null;
        return async cancellationToken =>
        {
            using var request = new HttpRequestMessage(method, url);
            request.Headers.TryAddWithoutValidation("User-Agent", "procman-probe");
            foreach (var (name, value) in target.Headers)
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }

            try
            {
                using var response = await (target.SkipTls ? _lax : _strict).Value.SendAsync(request, cancellationToken);
                return StatusProblem(target, (int)response.StatusCode) is { } problem ? ProbeAnswer.Failure(problem)
                    : wanted is null || await HasAsync(response, wanted, cancellationToken) ? ProbeAnswer.Success
                    : ProbeAnswer.Failure($"it answered {(int)response.StatusCode}, and the body doesn't have \"{target.Contains}\" (in its first {MostRead >> 10} KiB)");
            }
            catch (HttpRequestException e)
            {
                return ProbeAnswer.Failure(Innermost(e));
            }
            catch (IOException e)
            {
                return ProbeAnswer.Failure($"its answer broke off: {e.Message}");
            }
        };
    }

    public void Dispose()
    {
        foreach (var client in new[] { _strict, _lax }.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private static string? StatusProblem(ProbeTarget.Http target, int status)
    {
        var expected = target.ExpectedStatus.Count == 0 ? status is >= 200 and <= 299 : target.ExpectedStatus.Contains(status);
        return expected ? null
            : status is >= 300 and <= 399 ? $"it answered {status}; redirects are not followed"
            : $"it answered {status}";
    }

    private static async Task<bool> HasAsync(HttpResponseMessage response, byte[] wanted, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostRead);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            int read;
            for (var length = 0; length < MostRead && (read = await body.ReadAsync(buffer.AsMemory(length, MostRead - length), cancellationToken)) > 0; length += read)
            {
                // With what a text that began before may have had there.
                if (buffer.AsSpan(0, length + read)[Math.Max(0, length - wanted.Length)..].IndexOf(wanted) >= 0)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Innermost(Exception e) => e.InnerException is { } inner and (SocketException or IOException or System.Security.Authentication.AuthenticationException)
        ? inner.InnerException is System.Security.Authentication.AuthenticationException deeper ? deeper.Message : inner.Message
        : e.Message;

    private static HttpMessageInvoker Client(bool anyCertificate) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = MostRead >> 10,
        MaxResponseDrainSize = MostRead,
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = static async (context, cancellationToken) =>
            new NetworkStream(await Connecting.ToAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken), ownsSocket: true),
        SslOptions = anyCertificate ? new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = AnyCertificate } : new SslClientAuthenticationOptions(),
    });

#pragma warning disable CA5359 // That is what skipTls asks for.
    private static bool AnyCertificate(object sender, object? certificate, object? chain, SslPolicyErrors errors) => true;
#pragma warning restore CA5359
}
