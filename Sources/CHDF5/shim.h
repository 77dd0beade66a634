// HDF5's constants are macros that initialise the library on use, which Swift cannot import: each gets a function.
#pragma once
#include <hdf5.h>
#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }

static inline hid_t chdf5_stored_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t chdf5_stored_int32(void) { return H5T_STD_I32LE; }
static inline hid_t chdf5_stored_int64(void) { return H5T_STD_I64LE; }
static inline hid_t chdf5_stored_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t chdf5_stored_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }
static inline size_t chdf5_variable_length(void) { return H5T_VARIABLE; }

static inline hid_t chdf5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_create_class(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_create_class(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_link_create_class(void) { return H5P_LINK_CREATE; }
static inline hid_t chdf5_dataset_create_class(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_dataset_access_class(void) { return H5P_DATASET_ACCESS; }
static inline hid_t chdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_default_error_stack(void) { return H5E_DEFAULT; }

static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }

static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline unsigned chdf5_creation_order(void) { return H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED; }

// File locks are Artifacts' own (they hold across the rename); many cluster file systems refuse HDF5's.
static inline herr_t chdf5_disable_file_locking(hid_t file_access) {
#if H5_VERSION_GE(1, 10, 7)
    return H5Pset_file_locking(file_access, 0, 1);
#else
    (void)file_access;
    return 0;
#endif
}

// A number that two paths share exactly if they lead to the same object of one file; negative on failure.
typedef struct { unsigned char bytes[16]; } chdf5_object;
static inline herr_t chdf5_object_at(hid_t place, const char *path, chdf5_object *object) {
    memset(object, 0, sizeof *object);
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info;
    herr_t status = H5Oget_info_by_name3(place, path, &info, H5O_INFO_BASIC, H5P_DEFAULT);
    if (status >= 0) memcpy(object->bytes, &info.token, sizeof info.token);
#else
    H5O_info_t info;
    herr_t status = H5Oget_info_by_name2(place, path, &info, H5O_INFO_BASIC, H5P_DEFAULT);
    if (status >= 0) memcpy(object->bytes, &info.addr, sizeof info.addr);
#endif
    return status;
}

// Calls back with the names in a group.
typedef herr_t (*chdf5_link_call)(const char *name, void *context);
typedef struct { chdf5_link_call call; void *context; } chdf5_link_target;
#if H5_VERSION_GE(1, 12, 0)
static inline herr_t chdf5_pass_link(hid_t group, const char *name, const H5L_info2_t *info, void *target) {
#else
static inline herr_t chdf5_pass_link(hid_t group, const char *name, const H5L_info_t *info, void *target) {
#endif
    (void)group, (void)info;
    return ((chdf5_link_target *)target)->call(name, ((chdf5_link_target *)target)->context);
}
static inline herr_t chdf5_iterate_links(hid_t group, H5_index_t index, chdf5_link_call call, void *context) {
    chdf5_link_target target = {call, context};
#if H5_VERSION_GE(1, 12, 0)
    return H5Literate2(group, index, H5_ITER_INC, NULL, chdf5_pass_link, &target);
#else
    return H5Literate(group, index, H5_ITER_INC, NULL, chdf5_pass_link, &target);
#endif
}

// Frees the texts that HDF5 allocated.
static inline herr_t chdf5_reclaim(hid_t type, hid_t space, void *buffer) {
#if H5_VERSION_GE(1, 12, 0)
    return H5Treclaim(type, space, H5P_DEFAULT, buffer);
#else
    return H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer);
#endif
}

// No code but the library's own: neither filters nor connectors nor drivers that the environment names. Before H5open.
static inline void chdf5_refuse_plugins(void) {
    unsetenv("HDF5_PLUGIN_PATH");
    unsetenv("HDF5_VOL_CONNECTOR");
    unsetenv("HDF5_DRIVER");
    unsetenv("HDF5_DRIVER_CONFIG");
}

// 1 if the link is to an object of the same file by address, 0 if it is by name, negative on failure.
static inline int chdf5_is_hard_link(hid_t place, const char *path) {
    H5L_info_t info;
    if (H5Lget_info(place, path, &info, H5P_DEFAULT) < 0) return -1;
    return info.type == H5L_TYPE_HARD;
}
