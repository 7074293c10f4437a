using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Configuration;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>How the records of Core and of the grains' contracts cross silos: as JSON, without a word of Orleans in them. Silos and clients need the same.</summary>
internal static class ClusterSerialization
{
    public static void AddClusterSerialization(this IServiceCollection services)
    {
        services.AddSerializer(builder => builder.AddJsonSerializer(
            IsOurs, isCopyable: null, options => options.Configure(codec => codec.SerializerOptions = ProcessManagerJson.Options)));
        services.AddSingleton<IGeneralizedCopier, UnchangingCopier>();
        services.Configure<TypeManifestOptions>(options =>
        {
            options.AddAllowedAssembly(typeof(ProcessSpec).Assembly);
            options.AddAllowedAssembly(typeof(ClusterSerialization).Assembly);
        });
        services.AddKeyedSingleton<IGrainStorageSerializer, JsonStorageSerializer>(ClusterStorage.Name);
    }

    /// <summary>Data of ours: not grains, not exceptions (which lose their properties), not what Orleans generates for calls.</summary>
    public static bool IsOurs(Type type) =>
        (type.Assembly == typeof(ProcessSpec).Assembly || type.Assembly == typeof(ClusterSerialization).Assembly)
        && !type.IsInterface
        && !typeof(Exception).IsAssignableFrom(type)
        && !typeof(IAddressable).IsAssignableFrom(type)
        && type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != true;
}
