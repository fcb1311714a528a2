{{- define "speckv.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "speckv.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
# Kubernetes should not change the owner of every model file at every mount.
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* A container that puts the model into its volume before the service starts. */}}
{{- define "speckv.modelInit" -}}
{{- with .image }}
- name: model
  image: {{ .reference | quote }}
  # Not mounted at /models, where it would hide the folder of that name in the image.
  command: [cp, -r, {{ printf "%s/." (trimSuffix "/" .path) | quote }}, /volume/]
  securityContext: {{ include "speckv.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - {name: models, mountPath: /volume}
{{- end }}
{{- with .download }}
- name: model
  image: {{ .image | quote }}
  command: {{ toJson .command }}
  {{- with .env }}
  env: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .envFrom }}
  envFrom: {{ toYaml . | nindent 4 }}
  {{- end }}
  securityContext: {{ include "speckv.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - {name: models, mountPath: /models}
    - {name: tmp, mountPath: /tmp}
{{- end }}
{{- end }}

{{- define "speckv.modelVolume" -}}
- name: models
  {{- with .pvc | default .shared }}
  persistentVolumeClaim:
    claimName: {{ .claimName }}
    readOnly: true
  {{- end }}
  {{- with .hostPath }}
  hostPath:
    path: {{ .path | quote }}
    type: Directory
  {{- end }}
  {{- with .oci }}
  image:
    reference: {{ .reference | quote }}
    pullPolicy: {{ .pullPolicy | default "IfNotPresent" }}
  {{- end }}
  {{- with .image | default .download }}
  emptyDir:
    sizeLimit: {{ .size }}
  {{- end }}
{{- end }}

{{- define "speckv.probes" -}}
startupProbe:
  grpc: {port: 9090}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: {{ mul . 12 }}
readinessProbe:
  grpc: {port: 9090}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- /* Not the health service: draining pods report "not serving", but must live until their answers have ended. */}}
livenessProbe:
  tcpSocket: {port: grpc}
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{- define "speckv.volumes" -}}
{{- $v := .root.Values -}}
- name: settings
  configMap:
    name: {{ include "speckv.name" .root }}-{{ .service }}
- name: tmp
  emptyDir:
    sizeLimit: {{ (get $v .service).tmpSize }}
{{- $model := (get $v .service).model }}
{{- if not (or $model.pvc $model.hostPath $model.image $model.oci $model.download $model.shared) }}
{{- fail (printf "%s.model says nowhere to find the model: set one of pvc, hostPath, image, oci, download and shared" .service) }}
{{- end }}
{{ include "speckv.modelVolume" $model }}
{{- if ne $v.tls.mode "none" }}
- name: tls
  secret:
    secretName: {{ include "speckv.tlsSecret" . }}
    defaultMode: 0440
{{- end }}
{{- if and (eq .service "router") $v.routerTokensSecret }}
- name: tokens
  secret:
    secretName: {{ $v.routerTokensSecret }}
    defaultMode: 0440
{{- end }}
{{- if include "speckv.overEngine" . }}
{{- if $v.target.gpu.count }}
{{- fail "target.gpu.count is set, but target.engine.url has another engine answer: give the GPUs to that one" }}
{{- end }}
{{- with $v.target.engine.keySecret }}
- name: engine
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}
{{- if and (include "speckv.renders" .) $v.router.renderer.keySecret }}
- name: renderer
  secret:
    secretName: {{ $v.router.renderer.keySecret }}
    defaultMode: 0440
{{- end }}
{{- with (get $v .service).extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "speckv.container" -}}
{{- $v := .root.Values -}}
{{- $s := get $v .service -}}
name: {{ .service }}
image: {{ include "speckv.image" . }}
imagePullPolicy: {{ $v.image.pullPolicy }}
args: [--config=/etc/speckv/settings/settings.yaml]
{{- with $s.env }}
env: {{ toYaml . | nindent 2 }}
{{- end }}
ports:
  - {name: grpc, containerPort: {{ include "speckv.port" . }}}
  {{- if include "speckv.http" . }}
  - {name: http, containerPort: {{ $v.http.port }}}
  {{- end }}
  - {name: health, containerPort: 9090}
  - {name: metrics, containerPort: 9464}
{{ include "speckv.probes" $s.startupMinutes }}
{{- $resources := deepCopy $s.resources }}
{{- if $s.gpu.count }}
{{- $resources = mustMergeOverwrite $resources (dict "limits" (dict $s.gpu.resource $s.gpu.count)) }}
{{- end }}
{{- with $s.resourceClaims }}
{{- $claims := list }}
{{- range . }}{{ $claims = append $claims (dict "name" .name) }}{{ end }}
{{- $resources = mustMergeOverwrite $resources (dict "claims" $claims) }}
{{- end }}
resources: {{ toYaml $resources | nindent 2 }}
securityContext: {{ include "speckv.containerSecurity" . | nindent 2 }}
volumeMounts:
  - {name: settings, mountPath: /etc/speckv/settings, readOnly: true}
  - {name: models, mountPath: /models, readOnly: true}
  - {name: tmp, mountPath: /tmp}
  {{- if ne $v.tls.mode "none" }}
  - {name: tls, mountPath: /etc/speckv/tls, readOnly: true}
  {{- end }}
  {{- if and (eq .service "router") $v.routerTokensSecret }}
  - {name: tokens, mountPath: /etc/speckv/tokens, readOnly: true}
  {{- end }}
  {{- if and (include "speckv.overEngine" .) $v.target.engine.keySecret }}
  - {name: engine, mountPath: /etc/speckv/engine, readOnly: true}
  {{- end }}
  {{- if and (include "speckv.renders" .) $v.router.renderer.keySecret }}
  - {name: renderer, mountPath: /etc/speckv/renderer, readOnly: true}
  {{- end }}
  {{- with $s.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "speckv.scaling" -}}
{{- if .behavior -}}
{{ toYaml .behavior }}
{{- else -}}
scaleUp:
  stabilizationWindowSeconds: 30
  policies:
    - {type: Pods, value: 1, periodSeconds: {{ min 1800 (mul .startupMinutes 60) }}}
scaleDown:
  stabilizationWindowSeconds: 600
  policies:
    - {type: Pods, value: 1, periodSeconds: 120}
{{- end -}}
{{- end }}

{{- define "speckv.deployment" -}}
{{- $v := .root.Values -}}
{{- $s := get $v .service -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "speckv.name" .root }}-{{ .service }}
  labels: {{ include "speckv.labels" . | nindent 4 }}
spec:
  {{- if not $s.autoscaling.enabled }}
  replicas: {{ $s.replicas }}
  {{- end }}
  # Longer than the start-up probe allows, so that a slow load is not a failed rollout.
  progressDeadlineSeconds: {{ add (mul $s.startupMinutes 60) 120 }}
  selector:
    matchLabels: {{ include "speckv.selector" . | nindent 6 }}
  {{- if $s.updateStrategy }}
  strategy: {{ toYaml $s.updateStrategy | nindent 4 }}
  {{- else }}
  strategy:
    rollingUpdate:
      # Spare GPUs are rare, so a model's old pod stops before its new one starts.
      {{- if $s.gpu.count }}
      maxSurge: 0
      maxUnavailable: 1
      {{- else }}
      maxSurge: 1
      maxUnavailable: 0
      {{- end }}
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "speckv.labels" . | nindent 8 }}
        {{- with $s.podLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      annotations:
        {{- with $s.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
        # Changed settings restart the pods.
        speckv.io/settings: {{ include "speckv.settingsFile" . | sha256sum }}
    spec:
      automountServiceAccountToken: false
      {{- with include "speckv.serviceAccount" .root }}
      serviceAccountName: {{ . }}
      {{- end }}
      {{- with $s.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $s.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- with $s.hostAliases }}
      hostAliases: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $s.resourceClaims }}
      resourceClaims: {{ toYaml . | nindent 8 }}
      {{- end }}
      terminationGracePeriodSeconds: {{ add $v.drain.noticeSeconds $v.drain.callsSeconds 30 }}
      securityContext: {{ include "speckv.podSecurity" . | nindent 8 }}
      {{- with $v.imagePullSecrets }}
      imagePullSecrets: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $s.nodeSelector }}
      nodeSelector: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $s.tolerations }}
      tolerations: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $s.affinity }}
      affinity: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- if ne $s.spread "none" }}
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - topologyKey: {{ . }}
          maxSkew: 1
          whenUnsatisfiable: {{ and (eq $s.spread "required") (eq . "kubernetes.io/hostname") | ternary "DoNotSchedule" "ScheduleAnyway" }}
          labelSelector:
            matchLabels: {{ include "speckv.selector" $ | nindent 14 }}
        {{- end }}
      {{- end }}
      {{- if or $s.model.image $s.model.download $s.initContainers }}
      initContainers:
        {{- if or $s.model.image $s.model.download }}{{ include "speckv.modelInit" $s.model | nindent 8 }}{{ end }}
        {{- with $s.initContainers }}{{ toYaml . | nindent 8 }}{{ end }}
      {{- end }}
      containers:
        - {{ include "speckv.container" . | nindent 10 | trim }}
        {{- with $s.sidecars }}{{ toYaml . | nindent 8 }}{{ end }}
      volumes: {{ include "speckv.volumes" . | nindent 8 }}
{{- end }}
